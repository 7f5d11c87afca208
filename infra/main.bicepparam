// What azd deploys with: the values of its environment, set by "azd env set NAME VALUE". AZURE_ names are azd's own, and so is SERVICE_TASKS_IMAGE_NAME.
using 'main.bicep'

var secrets = readEnvironmentVariable('DAT_AGENT_SECRETS', '')
var replicas = readEnvironmentVariable('DAT_MIN_REPLICAS', '1')

param name = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param deployerPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param adminKey = readEnvironmentVariable('DAT_ADMIN_KEY')
param hosting = readEnvironmentVariable('DAT_HOSTING', 'containerapps')
param image = readEnvironmentVariable('SERVICE_TASKS_IMAGE_NAME', 'mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated10.0')
param agentSecrets = empty(secrets) ? [] : split(secrets, ',')
param moreSettings = json(readEnvironmentVariable('DAT_SETTINGS', '{}'))
param alertEmail = readEnvironmentVariable('DAT_ALERT_EMAIL', '')
param privateNetwork = bool(readEnvironmentVariable('DAT_PRIVATE_NETWORK', 'false'))
param minReplicas = int(replicas)
param maxReplicas = int(readEnvironmentVariable('DAT_MAX_REPLICAS', replicas))
param cpu = readEnvironmentVariable('DAT_CPU', '2.0')
param memory = readEnvironmentVariable('DAT_MEMORY', '4Gi')
param hostPrincipalId = readEnvironmentVariable('DAT_HOST_PRINCIPAL_ID', '')
param hostPrincipalType = readEnvironmentVariable('DAT_HOST_PRINCIPAL_TYPE', 'ServicePrincipal')
