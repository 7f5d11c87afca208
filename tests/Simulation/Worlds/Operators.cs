using System.Text.Json;
using System.Text.Json.Nodes;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Simulation.Scheduling;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>Operators, who press anything at any time; and who raise the events natively, with whatever they like in them.</summary>
internal sealed class Operators(World world)
{
    private readonly Dice _dice = world.Dice.Fork();
    private readonly List<Raised> _raised = [];

    public IReadOnlyList<Raised> All => _raised;

    /// <summary>Those who have begun another generation of the task.</summary>
    public HashSet<string> Revivers { get; } = [];

    /// <summary>Something, by chance.</summary>
    public void Press()
    {
        world.Rules.LookAtHistory();
        switch (_dice.Next(100))
        {
            case < 2: Raise(OperatorEvents.Cancel, Said()); break;
            case < 24: Raise(OperatorEvents.Pause, With("mode", _dice.Pick("stop", "drain", "freeze", "freeze", "freeze", "never"))); break;
            case < 47: Raise(OperatorEvents.Resume, _dice.Chance(0.25) ? With("checkpointId", Checkpoint()) : Said()); break;
            case < 57: Raise(OperatorEvents.Extend, Extension()); break;
            case < 65: Raise(OperatorEvents.Checkpoint, Said()); break;
            case < 74: Raise(OperatorEvents.Approve, _dice.Chance(0.5) ? With("stepId", Step()) : Said()); break;
            case < 78: Raise(OperatorEvents.Reject, _dice.Chance(0.5) ? With("stepId", Step()) : Said()); break;
            case < 82: Raise(OperatorEvents.Pause, With("emergency", true)); break;
            case < 86: Raise(TaskActivities.Turn, null); break;
            case < 90: RaiseJunk(); break;
            case < 94: Suspend(); break;
            case < 99: NativelyResume(); break;
            default: Terminate(); break;
        }
    }

    public void Raise(string name, JsonObject? said) => Raise(name, said?.ToJsonString(), by: (string?)said?["by"]);

    /// <summary>What an operator says with every command.</summary>
    public JsonObject Said() => new() { ["by"] = $"op-{_raised.Count + 1}", ["reason"] = "because" };

    public JsonObject With(string name, JsonNode? value)
    {
        var said = Said();
        said[name] = value;
        return said;
    }

    public void NativelyResume()
    {
        world.Coverage.Count("operator: native resume");
        Send(client => client.ResumeAsync(World.TaskId, "native", default), outcome =>
        {
            if (outcome == OperationOutcome.Accepted) world.Trace?.Add("> natively resumed");
        });
    }

    /// <summary>Notes what somebody asks for by another way than an event.</summary>
    public Raised Note(string name, string? by, string? text = null)
    {
        var raised = new Raised(name, by, text, world.Time.Elapsed);
        _raised.Add(raised);
        return raised;
    }

    private void Suspend()
    {
        world.Coverage.Count("operator: native suspend");
        if (world.Host.Client is null) return;
        Send(client => client.SuspendAsync(World.TaskId, "native", default), outcome => world.Trace?.Add($"> natively suspended: {outcome}"));
    }

    /// <summary>To be sent is what keeps the task from running, or lets it: what the life before has recorded is looked at first.</summary>
    private void Send(Func<ITaskClient, Task<OperationOutcome>> call, Action<OperationOutcome> answered) => world.Host.Send(client =>
    {
        world.Suspended.Look();
        return call(client);
    }, answered);

    private void Terminate()
    {
        if (_dice.Chance(0.7) || world.Host.Client is null) return;
        world.WasTerminated = true; // Whether or not the host lives to tell.
        world.Host.Send(client => client.TerminateAsync(World.TaskId, "native", default), outcome =>
        {
            if (outcome != OperationOutcome.Accepted) return;
            world.Coverage.Count("operator: native terminate");
            world.Trace?.Add("> natively terminated");
            world.Time.After(TimeSpan.FromSeconds(1), world.Host.WakeAll);
        });
    }

    private void RaiseJunk()
    {
        var name = _dice.Pick(OperatorEvents.Pause, OperatorEvents.Resume, OperatorEvents.Extend, OperatorEvents.Checkpoint, OperatorEvents.Approve, "PAUSE", "nonsense");
        var junk = _dice.Pick(
            null, "null", "7", "\"stop\"", "[]", "[[{}]]", "{}", "{\"by\":7,\"mode\":[],\"duration\":{}}", "{\"by\":\"\\ud800\",\"reason\":\"\\udc00\"}",
            "{\"mode\":\"DRAIN\",\"emergency\":\"yes\"}", "{\"duration\":\"P1Y\",\"scope\":\"world\"}", $"{{\"reason\":\"{new string('x', 5_000)}\"}}",
            "{\"duration\":\"-PT1H\"}", "{\"duration\":\"P99999D\"}", "{\"checkpointId\":\"../../etc\",\"stepId\":\"\"}");
        Raise(name, junk, by: null);
    }

    private void Raise(string name, string? text, string? by)
    {
        var raised = Note(name, by, text);
        world.Host.Send(client => client.RaiseEventAsync(World.TaskId, name, text, default), outcome =>
        {
            world.Trace?.Add($"> {name} {text} {outcome}");
            world.Coverage.Count($"operator: {name}");
            if (outcome == OperationOutcome.Accepted) raised.AcceptedAt = world.Time.Elapsed;
        });
    }

    private JsonObject Extension()
    {
        var said = With("duration", _dice.Chance(0.1) ? "PT0S" : Duration.Format(_dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(6))));
        if (_dice.Chance(0.6)) said["scope"] = _dice.Pick("task", "phase", "phase");
        return said;
    }

    private string Step() => _dice.Chance(0.2) ? "9.9" : _dice.Pick<string>([.. world.Task.Steps.Select(step => step.Id)]);

    private string Checkpoint() =>
        world.Checkpoints.Ids is { Count: > 0 } ids && _dice.Chance(0.85) ? _dice.Pick<string>([.. ids]) : "ffffffffffffffff";
}

/// <param name="Name">Of the event.</param>
/// <param name="By">Who.</param>
/// <param name="Text">What it said.</param>
/// <param name="At">When, by the time that has elapsed.</param>
internal sealed record Raised(string Name, string? By, string? Text, TimeSpan At)
{
    /// <summary>When the engine had it on its disk.</summary>
    public TimeSpan? AcceptedAt { get; set; }

    public TimeSpan? ExtendsBy =>
        Text is not null && JsonNode.Parse(Text)?["duration"] is JsonValue value && value.GetValueKind() == JsonValueKind.String
        && Duration.TryParse((string?)value, out var by) ? by : null;

    public bool ExtendsPhase => Text is not null && (string?)JsonNode.Parse(Text)?["scope"] == "phase";
}
