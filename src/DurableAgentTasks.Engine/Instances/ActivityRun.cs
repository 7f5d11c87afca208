using DurableAgentTasks.Engine.History;

namespace DurableAgentTasks.Engine.Instances;

/// <summary>One run of an activity, on the thread pool.</summary>
internal sealed class ActivityRun(Instance instance, HistoryEvent scheduled, int generation, CancellationToken cancellationToken) : IThreadPoolWorkItem
{
    public void Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        // The engine stops, or the instance was terminated, before it began.
        if (cancellationToken.IsCancellationRequested) return;
        using var running = instance.Engine.TrackActivity();
        var result = await ResultAsync();
        if (result is null) return;
        try
        {
            instance.Receive(result, generation);
        }
        catch (Exception error) when (instance.Engine.CannotRecord(error))
        {
            // The next life of the engine runs the activity again.
        }
    }

    private async Task<HistoryEvent?> ResultAsync()
    {
        var engine = instance.Engine;
        var body = engine.Registry.FindActivity(scheduled.Name!);
        if (body is null) return Failed("ActivityNotFound", $"No activity named '{scheduled.Name}' is registered.");
        try
        {
            var output = await body(scheduled.Payload, cancellationToken);
            return new HistoryEvent { Kind = EventKind.TaskCompleted, Time = engine.Now, Number = scheduled.Number, Payload = output };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error)
        {
            return Failed(error.GetType().FullName!, error.Message);
        }
    }

    private HistoryEvent Failed(string type, string message) => new()
    {
        Kind = EventKind.TaskFailed,
        Time = instance.Engine.Now,
        Number = scheduled.Number,
        Name = type,
        Text = message,
    };
}
