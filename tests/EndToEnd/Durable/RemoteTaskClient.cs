using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using DurableAgentTasks.Contracts.Durable;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.EndToEnd.Durable;

/// <summary>The client of a host in another process.</summary>
internal sealed class RemoteTaskClient(HttpClient http) : ITaskClient
{
    public Task<StartOutcome> StartAsync(string name, string instanceId, string? input, CancellationToken cancellationToken) =>
        CallAsync<StartOutcome>(new(instanceId) { Name = name, Text = input }, cancellationToken);

    public Task<OrchestrationInstance?> GetAsync(string instanceId, bool payloads, CancellationToken cancellationToken) =>
        CallAsync<OrchestrationInstance?>(new(instanceId) { Payloads = payloads }, cancellationToken);

    public Task<InstancePage> QueryAsync(InstanceQuery query, CancellationToken cancellationToken) =>
        CallAsync<InstancePage>(new("") { Query = query }, cancellationToken);

    public async IAsyncEnumerable<OrchestrationInstance> ListAsync(InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var instance in await CallAsync<IReadOnlyList<OrchestrationInstance>>(new("") { Filter = filter }, cancellationToken)) yield return instance;
    }

    public Task<OperationOutcome> RaiseEventAsync(string instanceId, string eventName, string? payload, CancellationToken cancellationToken) =>
        CallAsync<OperationOutcome>(new(instanceId) { Name = eventName, Text = payload }, cancellationToken);

    public Task<OperationOutcome> SuspendAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        CallAsync<OperationOutcome>(new(instanceId) { Text = reason }, cancellationToken);

    public Task<OperationOutcome> ResumeAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        CallAsync<OperationOutcome>(new(instanceId) { Text = reason }, cancellationToken);

    public Task<OperationOutcome> TerminateAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        CallAsync<OperationOutcome>(new(instanceId) { Text = reason }, cancellationToken);

    public Task<OperationOutcome> PurgeAsync(string instanceId, CancellationToken cancellationToken) =>
        CallAsync<OperationOutcome>(new(instanceId), cancellationToken);

    public Task<OperationOutcome> RestartAsync(string instanceId, string? input, CancellationToken cancellationToken) =>
        CallAsync<OperationOutcome>(new(instanceId) { Text = input }, cancellationToken);

    public Task<OrchestrationInstance?> WaitAsync(string instanceId, CancellationToken cancellationToken) =>
        CallAsync<OrchestrationInstance?>(new(instanceId), cancellationToken);

    public Task<IReadOnlyList<HistoryEntry>> GetHistoryAsync(string instanceId, CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<HistoryEntry>>(new(instanceId), cancellationToken);

    private async Task<T> CallAsync<T>(DurableCall call, CancellationToken cancellationToken, [CallerMemberName] string operation = "")
    {
        using var answer = await http.PostAsJsonAsync($"/client/{operation}", call, TaskJson.Options, cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{operation} of {call.InstanceId}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        return (await answer.Content.ReadFromJsonAsync<T>(TaskJson.Options, cancellationToken))!;
    }
}
