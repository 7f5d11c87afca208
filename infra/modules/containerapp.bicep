// Functions on Container Apps: the image brings git and the agents' CLIs.
param location string
param name string
param image string
param identityId string
param identityPrincipalId string
param registryName string
param logsId string
param subnetId string
param settings array
param secrets array
param minReplicas int
param maxReplicas int
param cpu string
param memory string

// The image of the first deployment, before there is ours, gets it by the setting.
var port = 8080

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers
var acrPull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' = {
  name: registryName
  location: location
  sku: { name: 'Basic' }
  properties: { adminUserEnabled: false }
}

resource pull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, identityPrincipalId, acrPull)
  scope: registry
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', acrPull)
  }
}

resource surroundings 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: name
  location: location
  properties: {
    // By the setting below; the other way needs a key of the workspace.
    appLogsConfiguration: { destination: 'azure-monitor' }
    vnetConfiguration: empty(subnetId) ? null : { infrastructureSubnetId: subnetId }
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: surroundings
  properties: { workspaceId: logsId, logs: [{ categoryGroup: 'allLogs', enabled: true }] }
}

resource app 'Microsoft.App/containerApps@2024-10-02-preview' = {
  name: name
  location: location
  kind: 'functionapp'
  tags: { 'azd-service-name': 'tasks' }
  dependsOn: [pull]
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    managedEnvironmentId: surroundings.id
    workloadProfileName: 'Consumption'
    configuration: {
      ingress: { external: true, targetPort: port, transport: 'auto' }
      registries: [{ server: registry.properties.loginServer, identity: identityId }]
      secrets: secrets
    }
    template: {
      // Long enough to interrupt the steps and to hand them to another replica.
      terminationGracePeriodSeconds: 60
      scale: { minReplicas: minReplicas, maxReplicas: maxReplicas }
      containers: [
        {
          name: 'tasks'
          image: image
          env: concat(settings, [{ name: 'ASPNETCORE_URLS', value: 'http://+:${port}' }])
          resources: { cpu: json(cpu), memory: memory }
        }
      ]
    }
  }
}

output url string = 'https://${app.properties.configuration.ingress.fqdn}'
output registryEndpoint string = registry.properties.loginServer
