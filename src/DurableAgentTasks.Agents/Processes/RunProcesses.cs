namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// The living processes of one run, or of all runs of a data folder. One belongs if it carries the tag, lives in the session of a wrapper,
/// was seen to belong before, or descends from one that belongs. What was seen once stays known, so that it is found again as an orphan.
/// </summary>
internal sealed class RunProcesses(IProcessTable table, Predicate<string> isOurs, long since)
{
    private readonly Dictionary<ProcessIdentity, ProcessEntry> _seen = [];
    private readonly Dictionary<ProcessIdentity, PoliteSignal> _wrappers = [];

    /// <summary>The wrappers that were added, dead or alive, each with the signal its run wants first.</summary>
    public IReadOnlyDictionary<ProcessIdentity, PoliteSignal> Wrappers => _wrappers;

    /// <summary>Adds a wrapper that lives now. While its session has members, the system gives its pid to nobody else.</summary>
    public void AddWrapper(ProcessIdentity wrapper, PoliteSignal interrupt) => _wrappers.Add(wrapper, interrupt);

    /// <summary>Takes a new look. The wrappers are among them.</summary>
    public IReadOnlyList<ProcessEntry> Look()
    {
        var living = table.List(since);
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

        foreach (var member in members.Values) Remember(member);
        return [.. members.Values.Select(member => _seen[member.Id])];
    }

    public bool IsWrapper(ProcessEntry process) => _wrappers.ContainsKey(process.Id);

    /// <summary>The environment of a process that is just ending reads as empty; what it was stays known.</summary>
    private void Remember(ProcessEntry process) =>
        _seen[process.Id] = process with { Tag = process.Tag ?? _seen.GetValueOrDefault(process.Id)?.Tag };

    private bool Belongs(ProcessEntry process) =>
        !IsSelf(process)
        && (_seen.ContainsKey(process.Id)
            || _wrappers.ContainsKey(process.Id)
            || (process.Tag is { } tag && isOurs(tag))
            || _wrappers.Keys.Any(wrapper => wrapper.Pid == process.Session && process.Id.StartTime >= wrapper.StartTime));

    /// <summary>A supervisor that was itself started within a run of its own must not end itself.</summary>
    private static bool IsSelf(ProcessEntry process) => process.Id.Pid == Environment.ProcessId;
}
