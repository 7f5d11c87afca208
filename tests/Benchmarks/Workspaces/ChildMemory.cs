namespace DurableAgentTasks.Benchmarks.Workspaces;

/// <summary>The resident memory of the child processes that live at a time, on Linux.</summary>
internal static class ChildMemory
{
    /// <summary>Looks as often as it can while something runs.</summary>
    /// <returns>The most there was, in bytes.</returns>
    public static async Task<long> PeakAsync(Func<Task> run)
    {
        var (isOver, peak) = (false, 0L);
        var looking = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver)) peak = Math.Max(peak, Now());
        });
        looking.Start();
        await run();
        Volatile.Write(ref isOver, true);
        looking.Join();
        return peak;
    }

    /// <summary>https://man7.org/linux/man-pages/man5/proc_pid_task.5.html and proc_pid_statm.5.html</summary>
    private static long Now()
    {
        var pages = 0L;
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            foreach (var child in Text(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (Text($"/proc/{child}/statm").Split(' ') is [_, var resident, ..]) pages += long.Parse(resident);
            }
        }

        return pages * Environment.SystemPageSize;
    }

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return ""; // It has ended.
        }
    }
}
