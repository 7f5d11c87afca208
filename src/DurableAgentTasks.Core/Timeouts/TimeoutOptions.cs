using DurableAgentTasks.Core.Plans;

namespace DurableAgentTasks.Core.Timeouts;

/// <summary>
/// The operator's limits on time, the section <c>Timeouts</c> of the configuration. Bind it onto <see cref="For"/>, so that what
/// is not set keeps the preset's value.
/// </summary>
public sealed class TimeoutOptions
{
    /// <summary>Whose values apply where nothing else is set.</summary>
    public TimeoutPreset Preset { get; init; } = TimeoutPreset.Standard;

    /// <summary>One attempt of a step of kind <c>file</c>: 10 s, at most 1 min.</summary>
    public TimeoutRule File { get; init; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1));

    /// <summary>One attempt of a step of kind <c>browser</c>: 30 s, at most 2 min.</summary>
    public TimeoutRule Browser { get; init; } = new(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2));

    /// <summary>One attempt of a step of kind <c>search</c>: 60 s, at most 2 min.</summary>
    public TimeoutRule Search { get; init; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(2));

    /// <summary>One attempt of a step of kind <c>shell</c>: 10 min, at most 24 h.</summary>
    public TimeoutRule Shell { get; init; } = new(TimeSpan.FromMinutes(10), TimeSpan.FromHours(24));

    /// <summary>One attempt of a step of kind <c>agent</c>: 2 h, without maximum.</summary>
    public TimeoutRule AgentStep { get; init; } = new(TimeSpan.FromHours(2), max: null);

    /// <summary>A phase; paused time does not count. No limit.</summary>
    public TimeoutRule Phase { get; init; } = new(@default: null, max: null);

    /// <summary>The task; paused time does not count. 4 h, without maximum.</summary>
    public TimeoutRule Task { get; init; } = new(TimeSpan.FromHours(4), max: null);

    /// <summary>No activity for so long pauses the task: 15 min, without maximum.</summary>
    public TimeoutRule Idle { get; init; } = new(TimeSpan.FromMinutes(15), max: null);

    /// <summary>No activity for so long is worth a warning: 5 min. <see langword="null"/>: none.</summary>
    public TimeSpan? IdleWarning { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>From an agent's start to its first sign of life: 60 s, at most 5 min.</summary>
    public TimeoutRule AgentStart { get; init; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5));

    /// <summary>New options with the values of a preset, to be bound over.</summary>
    public static TimeoutOptions For(TimeoutPreset preset) => preset switch
    {
        TimeoutPreset.Guide => new()
        {
            Preset = preset,
            Shell = new(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)),
            Phase = new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30)),
            Task = new(TimeSpan.FromHours(1), TimeSpan.FromHours(4)),
        },
        _ => new(),
    };

    /// <summary>The rule for one attempt of a step.</summary>
    public TimeoutRule ForStep(StepKind kind) => kind switch
    {
        StepKind.Agent => AgentStep,
        StepKind.Shell => Shell,
        StepKind.File => File,
        StepKind.Browser => Browser,
        StepKind.Search => Search,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of step."),
    };

    /// <summary>What is wrong with these options and how to mend it; empty if nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        Check(nameof(File), File, canBeUnlimited: false);
        Check(nameof(Browser), Browser, canBeUnlimited: false);
        Check(nameof(Search), Search, canBeUnlimited: false);
        Check(nameof(Shell), Shell, canBeUnlimited: false);
        Check(nameof(AgentStart), AgentStart, canBeUnlimited: false);
        Check(nameof(AgentStep), AgentStep, canBeUnlimited: true);
        Check(nameof(Phase), Phase, canBeUnlimited: true);
        Check(nameof(Task), Task, canBeUnlimited: true);
        Check(nameof(Idle), Idle, canBeUnlimited: true);
        if (IdleWarning <= TimeSpan.Zero) errors.Add("Timeouts:IdleWarning must be more than zero, or null for no warning.");
        if (IdleWarning >= Idle.Default)
        {
            errors.Add(
                $"Timeouts:IdleWarning ({IdleWarning}) must be less than Timeouts:Idle:Default ({Idle.Default}), which pauses the task; "
                + "set it to null for no warning.");
        }

        return errors;

        void Check(string name, TimeoutRule rule, bool canBeUnlimited) =>
            errors.AddRange(rule.Validate(canBeUnlimited).Select(error => $"Timeouts:{name}:{error}"));
    }
}

public enum TimeoutPreset
{
    Standard,

    /// <summary>Strict: a shell step 30 s, a phase 10 min, a task 1 h.</summary>
    Guide,
}
