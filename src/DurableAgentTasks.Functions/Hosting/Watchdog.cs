using DurableAgentTasks.Activities.Steps;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Functions.Hosting;

/// <summary>Has a <see cref="StepWatchdog"/> beside this worker as long as it lives.</summary>
internal sealed partial class Watchdog(StepRuns runs, TimeProvider time, ILogger<Watchdog> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            // Let go when this worker stops, and not ended: it may have to end what this worker could not.
            var process = StepWatchdogProcess.Start(runs.DataPath);
            var died = await process.StandardError.ReadToEndAsync(stoppingToken);
            LogDied(logger, died.Trim());
            process.Dispose();
            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The process that ends steps if this worker is killed has itself ended; another is started: {Reason}")]
    private static partial void LogDied(ILogger logger, string reason);
}
