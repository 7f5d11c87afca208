using DurableAgentTasks.Engine;
using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Local.Repair;

/// <summary><c>repair --data DIR</c>: makes the engine's damaged journal one that opens, and says what it cost.</summary>
internal static class RepairCommand
{
    /// <returns>0: nothing was wrong, or it was mended; 1: it could not be; 2: the words of the call are off.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        if (arguments is not ([] or ["--data", _]))
        {
            errors.WriteLine($"repair does not take {string.Join(' ', arguments)}: write repair [--data DIR]. The host must not run.");
            return 2;
        }

        var options = new LocalOptions { Data = arguments is [_, var data] ? data : new LocalOptions().Data };
        if (!Directory.Exists(options.EngineFolder))
        {
            errors.WriteLine($"There is no journal in {options.EngineFolder}. Give the data folder of the host with --data.");
            return 1;
        }

        try
        {
            Tell(EngineRepair.Run(options.EngineFolder, TimeProvider.System), output);
            return 0;
        }
        catch (JournalInUseException error)
        {
            errors.WriteLine(error.Message);
            return 1;
        }
    }

    private static void Tell(EngineRepairReport report, TextWriter output)
    {
        if (report.Damage.Count == 0 && report.LostInstances.Count == 0)
        {
            output.WriteLine($"Nothing is damaged; {report.KeptInstances} instances are whole. Nothing was changed.");
            return;
        }

        foreach (var stretch in report.Damage) output.WriteLine($"damaged: {stretch.File}, offset {stretch.Offset}, {stretch.Length} bytes");
        foreach (var id in report.LostInstances) output.WriteLine($"lost: the history of {id}; its record and log are kept. Delete the task and start it anew.");
        output.WriteLine($"{report.KeptInstances} instances are whole.");
        if (report.DamagedFiles is { } folder) output.WriteLine($"The damaged files are kept in {folder}.");
    }
}
