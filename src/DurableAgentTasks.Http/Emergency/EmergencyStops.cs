using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Status;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Emergency;

/// <summary>
/// Stops everything.
/// <list type="number">
/// <item>The processes on this host are ended first: nothing may delay that, and a client that hangs up does not stop it.</item>
/// <item>Then every task that executes is paused, those between two steps and on other hosts too.</item>
/// </list>
/// </summary>
internal sealed partial class EmergencyStops(
    IEmergencyStop host, TaskList tasks, ITaskClient client, IHostApplicationLifetime lifetime, ILogger<EmergencyStops> logger)
{
    /// <returns>What was ended, and the tasks that were told to pause.</returns>
    public async Task<(EmergencyReport Report, IReadOnlyList<TaskId> Paused)> StopAsync(OperatorCommand command)
    {
        // 1.
        var stopping = lifetime.ApplicationStopping;
        var report = await host.StopAllAsync(command, stopping);
        LogStopped(logger, command.By, report.Stopped.Count, report.Took.TotalSeconds, command.Reason);

        // 2.
        var payload = JsonSerializer.Serialize(command with { Mode = PauseMode.Stop, Emergency = true }, TaskJson.Options);
        var paused = new List<TaskId>();
        await foreach (var task in tasks.ReadAllAsync(new TaskFilter { States = TaskFilter.Running }, stopping))
        {
            var outcome = await client.RaiseEventAsync(task.Id.Value, OperatorEvents.Pause, payload, stopping);
            if (outcome == OperationOutcome.Accepted) paused.Add(task.Id);
        }

        return (report, paused);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Emergency stop by {By}: {Count} steps were ended in {Seconds:F1} s. Reason: {Reason}")]
    private static partial void LogStopped(ILogger logger, string? by, int count, double seconds, string? reason);
}
