// Flex Consumption, the light variant: no image of ours, so steps are shell commands and what the platform has installed.
param location string
param name string
param identityId string
param identityClientId string
param storageBlobEndpoint string
param subnetId string
param settings array
param maxInstances int

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: name
  location: location
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  tags: { 'azd-service-name': 'tasks' }
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storageBlobEndpoint}deployments'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: 4096
        maximumInstanceCount: maxInstances
        // One that stays and runs the tasks; the API, which scales by itself, may take some seconds to begin.
        alwaysReady: [{ name: 'durable', instanceCount: 1 }]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      appSettings: concat(settings, [
        { name: 'AzureWebJobsStorage__clientId', value: identityClientId }
        // It takes no more calls before it ends what runs.
        { name: 'FUNCTIONS_ENABLE_DRAIN_ON_APP_STOPPING', value: 'true' }
        // The first page is the dashboard, not the platform's welcome.
        { name: 'AzureWebJobsDisableHomepage', value: 'true' }
      ])
    }
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
