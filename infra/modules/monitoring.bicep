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

// What Durable Functions tells has durabletask.* in customDimensions; all else are calls of functions. Requests are never sampled (host.json).
var rules = [
  {
    name: 'failed-requests'
    description: 'The API answers with faults of its own. A client that went away while it read is none, though the host may tell its call as 500.'
    query: '''
      let gone = exceptions
        | extend told = strcat(outerMessage, tostring(details))
        | where told has "ForwarderError"
        | where told has_any ("RequestCanceled", "RequestBodyCanceled", "RequestBodyClient", "ResponseBodyCanceled", "ResponseBodyClient")
        | mv-expand call = pack_array(operation_ParentId, tostring(customDimensions["InvocationId"])) to typeof(string)
        | where isnotempty(call)
        | distinct call;
      requests
      | where isempty(tostring(customDimensions["durabletask.type"]))
      | where toint(resultCode) >= 500
      | where id !in (gone) and tostring(customDimensions["InvocationId"]) !in (gone)
    '''
    window: 'PT15M'
    threshold: 5
  }
  {
    name: 'failed-tasks'
    description: 'Tasks failed in the last 20 min.'
    // The request of an orchestration is told when it ends, with the time of its start: so the window is as long as it can be, and the
    // end is reckoned. A start of more than two days ago is stored as the time of its arrival.
    query: '''
      requests
      | where tostring(customDimensions["durabletask.type"]) == "orchestration"
      | where tostring(customDimensions["durabletask.task.name"]) == "RunTask"
      | where tostring(customDimensions["durabletask.task.status"]) =~ "Failed"
      | extend ended = iff(timestamp + duration * 1ms > now(), timestamp, timestamp + duration * 1ms)
      | where ended > ago(20m)
      | distinct task = tostring(customDimensions["durabletask.task.instance_id"])
    '''
    window: 'P2D'
    threshold: 0
  }
  {
    name: 'failed-reconcile'
    description: 'What is looked after every 5 min failed more than once in 15 min: tasks that lost their history, retention, the queue.'
    query: '''
      requests
      | where isempty(tostring(customDimensions["durabletask.type"]))
      | where name has "Reconcile" and tobool(success) == false
    '''
    window: 'PT15M'
    threshold: 1
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
    windowSize: rule.window
    criteria: {
      allOf: [{ query: rule.query, timeAggregation: 'Count', operator: 'GreaterThan', threshold: rule.threshold }]
    }
    actions: { actionGroups: empty(alertEmail) ? [] : [people.id] }
  }
}]

output logsId string = logs.id
output connectionString string = insights.properties.ConnectionString
