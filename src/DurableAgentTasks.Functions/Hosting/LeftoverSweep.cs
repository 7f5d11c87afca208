using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Storage.Blobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Functions.Hosting;

/// <summary>Removes what this worker has of deleted tasks now and then: the reconciliation, which runs on one host of all, does not reach its folders.</summary>
internal sealed partial class LeftoverSweep(LeftoverTrees leftovers, TimeProvider time, ILogger<LeftoverSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var tick = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await leftovers.RemoveAsync(stoppingToken);
            }
            catch (Exception error) when (StorageFault.Is(error))
            {
                LogLeft(logger, StorageFault.Say(error));
            }
        }
        while (await tick.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What this host has of deleted tasks could not be removed now: {Reason}")]
    private static partial void LogLeft(ILogger logger, string reason);
}
