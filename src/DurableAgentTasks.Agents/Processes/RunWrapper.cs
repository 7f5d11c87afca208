namespace DurableAgentTasks.Agents.Processes;

/// <summary>The wrapper of a run that an earlier life of the supervisor started.</summary>
internal static class RunWrapper
{
    /// <summary>The recorded wrapper, if it lives: pid, start time, boot and tag all agree. Where tags cannot be read, the rest decides.</summary>
    /// <param name="record">Of the run.</param>
    /// <param name="living">What lives now, with the tags of all that started since the wrapper.</param>
    /// <param name="table">Where <paramref name="living"/> comes from.</param>
    public static ProcessIdentity? Find(RunRecord record, IReadOnlyDictionary<ProcessIdentity, ProcessEntry> living, IProcessTable table)
    {
        if (record.Wrapper is not { } wrapper || record.BootId != table.BootId) return null;
        if (!living.TryGetValue(wrapper, out var process)) return null;
        return process.Tag == record.Tag || (process.Tag is null && !table.SeesEveryTag) ? wrapper : null;
    }
}
