// Where logs and traces go, and who is told when the app fails.
param location string
param name string

@description('Empty: alerts are shown in the portal only.')
param alertEmail string

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: name
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: logs.id
  }
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: '${name}-people'
  location: 'global'
  properties: {
    enabled: true
    groupShortName: 'agenttasks'
    emailReceivers: [{ name: 'operator', emailAddress: alertEmail, useCommonAlertSchema: true }]
  }
}

var rules = [
  {
    name: 'failed-requests'
    description: 'The API answers with faults of its own.'
    query: 'requests | where toint(resultCode) >= 500'
    threshold: 5
  }
  {
    name: 'failed-tasks'
    description: 'Orchestrations end in failure.'
    query: 'traces | where message has "RunTask" and message has "failed"'
    threshold: 5
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-03-15-preview' = [for rule in rules: {
  name: '${name}-${rule.name}'
  location: location
  properties: {
    description: rule.description
    severity: 2
    enabled: true
    scopes: [insights.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [{ query: rule.query, timeAggregation: 'Count', operator: 'GreaterThan', threshold: rule.threshold }]
    }
    actions: { actionGroups: empty(alertEmail) ? [] : [people.id] }
  }
}]

output logsId string = logs.id
output connectionString string = insights.properties.ConnectionString
