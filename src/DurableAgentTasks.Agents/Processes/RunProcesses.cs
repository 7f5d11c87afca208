namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// The living processes of one run, or of all runs of a data folder. One belongs if it carries the tag, lives in the session of a wrapper,
/// was seen to belong before, or descends from one that belongs. What was seen once stays known while it lives, so that it is found again
/// as an orphan. To be used from any thread.
/// </summary>
internal sealed class RunProcesses(IProcessTable table, Predicate<string> isOurs, long since)
{
    private const int MostFreezes = 50;

    private readonly Lock _gate = new();
    private Dictionary<ProcessIdentity, ProcessEntry> _seen = [];
    private readonly Dictionary<ProcessIdentity, PoliteSignal> _wrappers = [];

    /// <summary>The wrappers that were added, dead or alive, each with the signal its run wants first.</summary>
    public IReadOnlyDictionary<ProcessIdentity, PoliteSignal> Wrappers => _wrappers;

    /// <summary>Adds a wrapper that lives now. While its session has members, the system gives its pid to nobody else.</summary>
    public void AddWrapper(ProcessIdentity wrapper, PoliteSignal interrupt) => _wrappers.Add(wrapper, interrupt);

    /// <summary>Takes a new look. The wrappers are among them.</summary>
    public IReadOnlyList<ProcessEntry> Look()
    {
        lock (_gate)
        {
            // What is not among them any more has ended for ever, and is forgotten.
            _seen = Members(table.List(since)).ToDictionary(member => member.Id, Known);
            return [.. _seen.Values];
        }
    }

    /// <summary>Stops all but the wrappers until a look finds nothing new: what is stopped cannot fork.</summary>
    /// <param name="look">How to look: <see cref="Look"/>, or what notes its result besides.</param>
    /// <returns>All that live, the wrappers among them.</returns>
    public IReadOnlyList<ProcessEntry> Freeze(Func<IReadOnlyList<ProcessEntry>> look)
    {
        var frozen = new HashSet<ProcessIdentity>();
        for (var round = 0; ; round++)
        {
            var living = look();
            var added = living.Where(process => !IsWrapper(process) && frozen.Add(process.Id)).ToList();
            if (added.Count == 0 || round == MostFreezes) return living;
            foreach (var process in added) table.Send(process.Id, Signal.Stop);
        }
    }

    /// <summary>Lets all go on that are stopped.</summary>
    public void Thaw()
    {
        foreach (var process in Look()) table.Send(process.Id, Signal.Continue);
    }

    public bool IsWrapper(ProcessEntry process) => _wrappers.ContainsKey(process.Id);

    private Dictionary<int, ProcessEntry>.ValueCollection Members(IReadOnlyList<ProcessEntry> living)
    {
        var members = living.Where(Belongs).ToDictionary(process => process.Id.Pid);
        var children = living.ToLookup(process => process.ParentPid);
        var parents = new Queue<ProcessEntry>(members.Values);
        while (parents.TryDequeue(out var parent))
        {
            // A child is not older than its parent; an older one shows a pid that was used again between two reads.
            foreach (var child in children[parent.Id.Pid].Where(child => child.Id.StartTime >= parent.Id.StartTime && !IsSelf(child)))
                if (members.TryAdd(child.Id.Pid, child))
                    parents.Enqueue(child);
        }

        return members.Values;
    }

    /// <summary>The environment of a process that is just ending reads as empty; what it was stays known.</summary>
    private ProcessEntry Known(ProcessEntry process) => process.Tag is null ? process with { Tag = _seen.GetValueOrDefault(process.Id)?.Tag } : process;

    private bool Belongs(ProcessEntry process) =>
        !IsSelf(process)
        && (_seen.ContainsKey(process.Id)
            || _wrappers.ContainsKey(process.Id)
            || (process.Tag is { } tag && isOurs(tag))
            || _wrappers.Keys.Any(wrapper => wrapper.Pid == process.Session && process.Id.StartTime >= wrapper.StartTime));

    /// <summary>A supervisor that was itself started within a run of its own must not end itself.</summary>
    private static bool IsSelf(ProcessEntry process) => process.Id.Pid == Environment.ProcessId;
}
