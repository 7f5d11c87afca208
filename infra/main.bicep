// The cloud host of DurableAgentTasks. Everything is entered with one managed identity; no account keys, no connection strings.
targetScope = 'resourceGroup'

@description('Where everything is made.')
param location string = resourceGroup().location

@minLength(2)
@maxLength(64)
@description('Begins the name of everything, by its first 14 letters and digits.')
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

@description('Names of secrets that steps may ask for: the setting Secrets__NAME. They have to be in the key vault first, there with - for _.')
param agentSecrets string[] = []

@description('More settings of the app, by name, such as Agents__Profiles__claude__Args__0. No secrets: whoever may read the app reads them.')
param moreSettings object = {}

@description('The object id of whoever deploys: may write the key vault\'s secrets. Empty: nobody may who could not before.')
param deployerPrincipalId string = ''

@description('Who is written to when the app fails.')
param alertEmail string = ''

@description('Whether the storage is reached by private endpoints only. An environment cannot be moved to a network: set it before the first deployment.')
param privateNetwork bool = false

@minValue(1)
@maxValue(30)
@description('Replicas that always run. Never 0: with this task hub nothing wakes an app for a timer or a queued activity, so its tasks would stand still.')
param minReplicas int = 1

@minValue(1)
@maxValue(30)
@description('More than minReplicas come with many requests, not with many tasks, and go while tasks run on them.')
param maxReplicas int = minReplicas

@description('Of one replica, in cores and in Gi; agents run in it.')
param cpu string = '2.0'
param memory string = '4Gi'

@description('Of hosting "storage": the object id of the identity the host runs as.')
param hostPrincipalId string = ''

@allowed(['ServicePrincipal', 'User', 'Group'])
param hostPrincipalType string = 'ServicePrincipal'

// A storage account takes 24 lower-case letters and digits, a vault and an app begin with a letter; azd's names may be mytasks-DEV or 2nd_try.
var letters = toLower(join(split(name, ['-', '_', '.', '(', ')']), ''))
var base = take(contains('0123456789', take(letters, 1)) ? 'a${letters}' : letters, 14)
var suffix = take(uniqueString(resourceGroup().id, name), 6)
var onlyStorage = hosting == 'storage'
var onContainerApps = hosting == 'containerapps'

module identity 'modules/identity.bicep' = if (!onlyStorage) {
  name: 'identity'
  params: { location: location, name: '${base}-id' }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    location: location
    accountName: '${base}${suffix}'
    principalId: onlyStorage ? hostPrincipalId : identity!.outputs.principalId
    principalType: onlyStorage ? hostPrincipalType : 'ServicePrincipal'
    forFunctions: !onlyStorage
    privateOnly: privateNetwork
    containers: hosting == 'flex' ? ['deployments'] : []
  }
}

module vault 'modules/secrets.bicep' = if (!onlyStorage) {
  name: 'secrets'
  params: {
    location: location
    name: '${base}-${suffix}'
    principalId: identity!.outputs.principalId
    deployerPrincipalId: deployerPrincipalId
    adminKey: adminKey
  }
}

module monitoring 'modules/monitoring.bicep' = if (!onlyStorage) {
  name: 'monitoring'
  params: { location: location, name: '${base}-logs', alertEmail: alertEmail }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  params: {
    location: location
    name: '${base}-net'
    storageAccountId: storage.outputs.id
    delegation: 'Microsoft.App/environments'
  }
}

// What ended tasks leave behind is paid for; failed ones stay, for they can be resumed.
var defaults = { Retention__EndedTasks: '30.00:00:00' }

var settings = onlyStorage ? [] : concat([
  { name: 'AzureWebJobsStorage__accountName', value: storage.outputs.name }
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AZURE_CLIENT_ID', value: identity!.outputs.clientId }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: monitoring!.outputs.connectionString }
  { name: 'Auth__Keys__admin__Role', value: 'admin' }
], map(items(union(defaults, moreSettings)), setting => { name: setting.key, value: string(setting.value) }))

module containerApp 'modules/containerapp.bicep' = if (onContainerApps) {
  name: 'containerapp'
  params: {
    location: location
    name: base
    image: image
    identityId: identity!.outputs.id
    identityPrincipalId: identity!.outputs.principalId
    registryName: '${base}${suffix}'
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
    name: '${base}-${suffix}'
    identityId: identity!.outputs.id
    identityClientId: identity!.outputs.clientId
    storageBlobEndpoint: storage.outputs.blobEndpoint
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    settings: concat(
      settings,
      [{ name: 'Auth__Keys__admin__Key', value: '@Microsoft.KeyVault(SecretUri=${vault!.outputs.adminKeyUri})' }],
      map(agentSecrets, secret => { name: 'Secrets__${secret}', value: '@Microsoft.KeyVault(SecretUri=${vault!.outputs.uri}secrets/${replace(secret, '_', '-')})' }))
    // The API and the tasks scale apart, so one is too few; and the platform has long taken no fewer than 40.
    maxInstances: max(maxReplicas, 40)
  }
}

@description('The value of Storage:Connection.')
output storageConnection string = storage.outputs.blobEndpoint
output url string = onContainerApps ? containerApp!.outputs.url : hosting == 'flex' ? flex!.outputs.url : ''

@description('Where the secrets of agentSecrets are put.')
output keyVaultName string = onlyStorage ? '' : vault!.outputs.name

@description('Of hosting "flex": what "func azure functionapp publish" deploys to.')
output functionAppName string = hosting == 'flex' ? flex!.outputs.name : ''

@description('Where azd pushes the image.')
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = onContainerApps ? containerApp!.outputs.registryEndpoint : ''
