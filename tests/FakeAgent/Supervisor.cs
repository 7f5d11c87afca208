using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.FakeAgent;

internal static class Supervisor
{
    /// <summary>supervise DATA_FOLDER RUN_FOLDER RUN PROGRAM…: supervises a program, and says when it has started.</summary>
    public static int Run(string[] arguments)
    {
        var spec = new ProcessSpec
        {
            FileName = arguments[3],
            Arguments = arguments[4..],
            WorkingDirectory = Environment.CurrentDirectory,
            Folder = new RunFolder(arguments[1]),
            Tag = RunTag.Create(DataFolderId.Of(arguments[0]), TaskId.Parse("supervised"), arguments[2]),
        };
        var start = SupervisedProcess.StartAsync(spec, TimeProvider.System, CancellationToken.None, CancellationToken.None).GetAwaiter().GetResult();
        if (start is not ProcessStart.Started started) throw new InvalidOperationException(start.ToString());
        Console.WriteLine("supervising");
        return started.Process.Completion.GetAwaiter().GetResult().ExitCode ?? 255;
    }
}
