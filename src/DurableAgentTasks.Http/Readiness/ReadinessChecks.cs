using System.Text;
using DurableAgentTasks.Http.Endpoints;
using DurableAgentTasks.Storage.Blobs;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Readiness;

/// <summary>Runs the checks side by side, each for at most <see cref="Patience"/>.</summary>
internal sealed partial class ReadinessChecks(
    IEnumerable<ReadinessCheck> checks, IAgentInventory agents, IEnumerable<ToolCheck> tools, TimeProvider time, ILogger<ReadinessChecks> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A check that the store can be written to.</summary>
    public static ReadinessCheck Storage(IBlobStore store) => new("storage", async cancellationToken =>
    {
        using var probe = new MemoryStream(Encoding.ASCII.GetBytes("probe"));
        await store.TryWriteAsync("readiness/probe", probe, BlobCondition.None, cancellationToken);
        return null;
    });

    public async Task<IReadOnlyList<ReadinessCheckView>> RunAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(checks.Select(check => RunAsync(check, cancellationToken)));

    /// <summary><see langword="null"/> if they cannot be looked for now.</summary>
    public async Task<IReadOnlyList<AgentStatus>?> ListAgentsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await agents.ListAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotReady(logger, "agents", error);
            return null;
        }
    }

    public async Task<IReadOnlyList<ToolStatus>> ListToolsAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(tools.Select(tool => LookAsync(tool, cancellationToken)));

    private async Task<ToolStatus> LookAsync(ToolCheck tool, CancellationToken cancellationToken)
    {
        try
        {
            return await tool.LookAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotReady(logger, tool.Name, error);
            return new(tool.Name, Found: false, Version: null, $"{tool.Name} does not answer as it should: the service's log says why.");
        }
    }

    private async Task<ReadinessCheckView> RunAsync(ReadinessCheck check, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using var timer = new CancellationTokenSource(Patience, time);
            await using var stop = timer.Token.Register(patience.Cancel);
            var missing = await check.CheckAsync(patience.Token).WaitAsync(Patience, time, cancellationToken);
            return new(check.Name, missing is null, missing);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotReady(logger, check.Name, error);
            return new(check.Name, Ready: false, $"{check.Name} does not answer as it should: the service's log says why.");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: {Check} does not answer as it should.")]
    private static partial void LogNotReady(ILogger logger, string check, Exception error);
}
