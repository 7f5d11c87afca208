using System.Text;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine.Tests.Properties;

internal enum StepKind
{
    Call,
    FanOut,
    Fail,
    Timer,
    CancelledTimer,
    Wait,
    WaitForAll,
    Remember,
    Status,
    ContinueAsNew,
}

/// <param name="Kind">What it does.</param>
/// <param name="Size">How many calls, waits or milliseconds.</param>
/// <param name="Event">Which of the event names a wait begins with.</param>
internal sealed record WorkflowStep(StepKind Kind, int Size, int Event);

/// <summary>A generated program: an orchestration that interprets it, and a model that says what must come out.</summary>
internal sealed record RandomWorkflow(IReadOnlyList<WorkflowStep> Steps)
{
    public static readonly string[] EventNames = ["alpha", "Beta", "GAMMA"];

    public static Activity<Call, string> Work { get; } = new("Work");

    public static Activity<Call, string> Break { get; } = new("Break");

    public static Activity<string, string> Echo { get; } = new("Echo");

    /// <summary>What one generation is given.</summary>
    /// <param name="Steps">The program.</param>
    /// <param name="Next">Where the generation begins.</param>
    /// <param name="Trace">What the generations before did.</param>
    public sealed record State(IReadOnlyList<WorkflowStep> Steps, int Next, string Trace);

    /// <summary>One call of the program: the same whenever it is made, and no two alike.</summary>
    public sealed record Call(string Instance, int Key);

    private static int Key(int step, int call) => (step * 100) + call;

    public static async Task<string> RunAsync(IDurableContext context)
    {
        var (steps, next, before) = context.GetInput<State>()!;
        var trace = new StringBuilder(before);
        for (var i = next; i < steps.Count; i++)
        {
            var step = steps[i];
            if (step.Kind == StepKind.ContinueAsNew)
            {
                context.ContinueAsNew(new State(steps, i + 1, trace.ToString()));
                return "";
            }

            trace.Append(await RunAsync(context, step, i)).Append(';');
        }

        return trace.ToString();
    }

    /// <summary>What <see cref="RunAsync(IDurableContext)"/> gives if the events of each name come as 0, 1, 2...</summary>
    public string Expected()
    {
        var trace = new StringBuilder();
        var counts = new int[EventNames.Length];
        for (var i = 0; i < Steps.Count; i++)
        {
            var step = Steps[i];
            if (step.Kind == StepKind.ContinueAsNew) continue;
            trace.Append(step.Kind switch
            {
                StepKind.Call => $"w{Key(i, 0)}",
                StepKind.FanOut => string.Join('+', Enumerable.Range(0, step.Size).Select(call => $"w{Key(i, call)}")),
                StepKind.Fail => $"b{Key(i, 0)}",
                StepKind.Timer => "late",
                StepKind.CancelledTimer => $"cancelled w{Key(i, 0)}",
                StepKind.Wait or StepKind.WaitForAll => string.Join('+', Waits(step).Select(name => $"{name}{counts[name]++}")),
                StepKind.Remember => "same",
                _ => "told",
            }).Append(';');
        }

        return trace.ToString();
    }

    public override string ToString() => $"[{string.Join(", ", Steps.Select(step => $"{step.Kind} {step.Size} {step.Event}"))}]";

    /// <summary>The events it waits for, by name.</summary>
    public IEnumerable<int> Events() =>
        Steps.Where(step => step.Kind is StepKind.Wait or StepKind.WaitForAll).SelectMany(Waits);

    private static IEnumerable<int> Waits(WorkflowStep step) =>
        step.Kind == StepKind.Wait ? [step.Event] : Enumerable.Range(0, Math.Min(step.Size, EventNames.Length)).Select(i => (step.Event + i) % EventNames.Length);

    private static async Task<string> RunAsync(IDurableContext context, WorkflowStep step, int index)
    {
        switch (step.Kind)
        {
            case StepKind.Call:
                return await context.CallAsync(Work, new Call(context.InstanceId, Key(index, 0)));
            case StepKind.FanOut:
                return string.Join('+', await Task.WhenAll(Enumerable.Range(0, step.Size).Select(call => context.CallAsync(Work, new Call(context.InstanceId, Key(index, call))))));
            case StepKind.Fail:
                return await FailAsync(context, index);
            case StepKind.Timer:
                var due = context.CurrentUtcDateTime.AddMilliseconds(step.Size);
                await context.CreateTimerAsync(due, CancellationToken.None);
                return context.CurrentUtcDateTime >= due ? "late" : "early";
            case StepKind.CancelledTimer:
                return await CancelTimerAsync(context, index);
            case StepKind.Wait or StepKind.WaitForAll:
                var waits = Waits(step).Select(async name => $"{name}{await context.WaitForExternalEventAsync<int>(EventNames[name])}").ToList();
                return string.Join('+', await Task.WhenAll(waits));
            case StepKind.Remember:
                var now = $"{context.CurrentUtcDateTime:O} {context.NewGuid()}";
                return await context.CallAsync(Echo, now) == now ? "same" : "different";
            default:
                context.SetCustomStatus(index);
                return "told";
        }
    }

    private static async Task<string> FailAsync(IDurableContext context, int index)
    {
        try
        {
            return await context.CallAsync(Break, new Call(context.InstanceId, Key(index, 0)));
        }
        catch (ActivityFailedException failure)
        {
            return failure.ErrorMessage;
        }
    }

    private static async Task<string> CancelTimerAsync(IDurableContext context, int index)
    {
        using var cancel = new CancellationTokenSource();
        var timer = context.CreateTimerAsync(context.CurrentUtcDateTime.AddHours(1), cancel.Token);
        var result = await context.CallAsync(Work, new Call(context.InstanceId, Key(index, 0)));
        cancel.Cancel();
        try
        {
            await timer;
            return "fired";
        }
        catch (OperationCanceledException)
        {
            return $"cancelled {result}";
        }
    }
}
