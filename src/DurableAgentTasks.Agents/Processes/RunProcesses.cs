namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// The living processes of one run, or of all runs of a data folder. One belongs if it carries the tag, lives in the session of a wrapper,
/// was seen to belong before, or descends from one that belongs. What was seen once stays known while it lives, so that it is found again
/// as an orphan. To be used from any thread.
/// </summary>
internal sealed class RunProcesses(IProcessTable table, Predicate<string> isOurs, long since)
{
    private const int MostFreezes = 50;

    // One look can miss the child of a process that forked and ended while it was taken.
    private const int QuietLooks = 2;

    // Longer than it takes to become another program; a machine may also have processes without environment that are nobody's.
    private const int DoubtfulLooks = 20;

    private readonly Lock _gate = new();
    private Dictionary<ProcessIdentity, ProcessEntry> _seen = [];
    private readonly Dictionary<ProcessIdentity, PoliteSignal> _wrappers = [];
    private volatile bool _isDoubtful;

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
            var all = table.List(since);
            _seen = Members(all).ToDictionary(member => member.Id, Known);
            _isDoubtful = all.Any(process => process.HasNoEnvironment && !_seen.ContainsKey(process.Id));
            return [.. _seen.Values];
        }
    }

    /// <summary>
    /// Stops all but the wrappers until several looks in a row find nothing new: what is stopped cannot fork. What is just becoming another
    /// program has no tag for that moment, and if its parent has ended nothing else tells whose it is: more looks are taken then.
    /// </summary>
    /// <param name="look">How to look: <see cref="Look"/>, or what notes its result besides.</param>
    /// <returns>All that live, the wrappers among them.</returns>
    public IReadOnlyList<ProcessEntry> Freeze(Func<IReadOnlyList<ProcessEntry>> look)
    {
        var frozen = new HashSet<ProcessIdentity>();
        for (int round = 0, quiet = 0; ; round++)
        {
            var living = look();
            var added = living.Where(process => !IsWrapper(process) && frozen.Add(process.Id)).ToList();
            quiet = added.Count == 0 ? quiet + 1 : 0;
            if (quiet >= (_isDoubtful ? DoubtfulLooks : QuietLooks) || round == MostFreezes) return living;
            foreach (var process in added) table.Send(process.Id, Signal.Stop);
            if (_isDoubtful) Thread.Sleep(1);
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
