// Blob storage for tasks: records, timelines, logs. Any host uses it with `Storage:Connection` set to the output
// `storageConnection` and an identity that holds the role assigned here; there are no account keys.
targetScope = 'resourceGroup'

@description('Where everything is made.')
param location string = resourceGroup().location

@minLength(3)
@maxLength(24)
@description('3 to 24 lower-case letters and digits, unique in Azure.')
param storageAccountName string

@description('Object id of the identity the host runs as.')
param hostPrincipalId string

@allowed(['ServicePrincipal', 'User', 'Group'])
param hostPrincipalType string = 'ServicePrincipal'

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    location: location
    accountName: storageAccountName
    principalId: hostPrincipalId
    principalType: hostPrincipalType
  }
}

@description('The value of Storage:Connection.')
output storageConnection string = storage.outputs.blobEndpoint
