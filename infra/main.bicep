// The cloud host of DurableAgentTasks. Everything is entered with one managed identity; no account keys, no connection strings.
targetScope = 'resourceGroup'

@description('Where everything is made.')
param location string = resourceGroup().location

@minLength(3)
@maxLength(14)
@description('Begins the name of everything: 3 to 14 lower-case letters and digits.')
param name string

@allowed(['containerapps', 'flex', 'storage'])
@description('Container Apps (agents, in an image of ours), Flex Consumption (shell commands), or only the storage for a host elsewhere.')
param hosting string = 'containerapps'

@description('The image, of the Dockerfile beside this file.')
param image string = 'mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated10.0'

@secure()
@minLength(20)
@description('The API key of the first admin, such as "openssl rand -hex 32" makes them.')
param adminKey string

@description('Names of secrets in the key vault that steps may ask for, and that agents get: the setting Secrets__NAME.')
param agentSecrets array = []

@description('Who is written to when the app fails.')
param alertEmail string = ''

@description('Whether the storage is reached by private endpoints only.')
param privateNetwork bool = false

@minValue(0)
@maxValue(30)
@description('Replicas that always run. With 0 nobody watches over tasks between two requests.')
param minReplicas int = 1

@minValue(1)
@maxValue(30)
param maxReplicas int = 3

@description('Of one replica, in cores and in Gi; agents run in it.')
param cpu string = '2.0'
param memory string = '4Gi'

@description('Of hosting "storage": the object id of the identity the host runs as.')
param hostPrincipalId string = ''

@allowed(['ServicePrincipal', 'User', 'Group'])
param hostPrincipalType string = 'ServicePrincipal'

var suffix = take(uniqueString(resourceGroup().id, name), 6)
var onlyStorage = hosting == 'storage'
var onContainerApps = hosting == 'containerapps'

module identity 'modules/identity.bicep' = if (!onlyStorage) {
  name: 'identity'
  params: { location: location, name: '${name}-id' }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    location: location
    accountName: '${name}${suffix}'
    principalId: onlyStorage ? hostPrincipalId : identity!.outputs.principalId
    principalType: onlyStorage ? hostPrincipalType : 'ServicePrincipal'
    forFunctions: !onlyStorage
    privateOnly: privateNetwork
    containers: hosting == 'flex' ? ['deployments'] : []
  }
}

module vault 'modules/secrets.bicep' = if (!onlyStorage) {
  name: 'secrets'
  params: { location: location, name: '${name}-${suffix}', principalId: identity!.outputs.principalId, adminKey: adminKey }
}

module monitoring 'modules/monitoring.bicep' = if (!onlyStorage) {
  name: 'monitoring'
  params: { location: location, name: '${name}-logs', alertEmail: alertEmail }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  params: {
    location: location
    name: '${name}-net'
    storageAccountId: storage.outputs.id
    delegation: 'Microsoft.App/environments'
  }
}

var settings = onlyStorage ? [] : [
  { name: 'AzureWebJobsStorage__accountName', value: storage.outputs.name }
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AZURE_CLIENT_ID', value: identity!.outputs.clientId }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: monitoring!.outputs.connectionString }
  { name: 'Auth__Keys__admin__Role', value: 'admin' }
]

module containerApp 'modules/containerapp.bicep' = if (onContainerApps) {
  name: 'containerapp'
  params: {
    location: location
    name: name
    image: image
    identityId: identity!.outputs.id
    identityPrincipalId: identity!.outputs.principalId
    registryName: '${name}${suffix}'
    logsId: monitoring!.outputs.logsId
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    secrets: concat(
      [{ name: 'admin-key', keyVaultUrl: vault!.outputs.adminKeyUri, identity: identity!.outputs.id }],
      map(agentSecrets, secret => { name: toLower(replace(secret, '_', '-')), keyVaultUrl: '${vault!.outputs.uri}secrets/${replace(secret, '_', '-')}', identity: identity!.outputs.id }))
    settings: concat(
      settings,
      [
        { name: 'AzureWebJobsStorage__clientId', value: identity!.outputs.clientId }
        { name: 'FUNCTIONS_WORKER_RUNTIME', value: 'dotnet-isolated' }
        { name: 'Auth__Keys__admin__Key', secretRef: 'admin-key' }
      ],
      map(agentSecrets, secret => { name: 'Secrets__${secret}', secretRef: toLower(replace(secret, '_', '-')) }))
    minReplicas: minReplicas
    maxReplicas: maxReplicas
    cpu: cpu
    memory: memory
  }
}

module flex 'modules/flex.bicep' = if (hosting == 'flex') {
  name: 'flex'
  params: {
    location: location
    name: '${name}-${suffix}'
    identityId: identity!.outputs.id
    identityClientId: identity!.outputs.clientId
    storageBlobEndpoint: storage.outputs.blobEndpoint
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    settings: concat(
      settings,
      [{ name: 'Auth__Keys__admin__Key', value: '@Microsoft.KeyVault(SecretUri=${vault!.outputs.adminKeyUri})' }],
      map(agentSecrets, secret => { name: 'Secrets__${secret}', value: '@Microsoft.KeyVault(SecretUri=${vault!.outputs.uri}secrets/${replace(secret, '_', '-')})' }))
    maxInstances: max(maxReplicas, 1)
  }
}

@description('The value of Storage:Connection.')
output storageConnection string = storage.outputs.blobEndpoint
output url string = onContainerApps ? containerApp!.outputs.url : hosting == 'flex' ? flex!.outputs.url : ''

@description('Where azd pushes the image.')
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = onContainerApps ? containerApp!.outputs.registryEndpoint : ''
