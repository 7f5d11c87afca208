using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.FakeAgent;

internal static class Supervisor
{
    private static readonly TaskId Task = TaskId.Parse("supervised");

    /// <summary>supervise DATA_FOLDER RUN_FOLDER RUN PROGRAM…: supervises a program, and says when it has started.</summary>
    public static int Run(string[] arguments) => Run(new ProcessSpec
    {
        FileName = arguments[3],
        Arguments = arguments[4..],
        WorkingDirectory = Environment.CurrentDirectory,
        Folder = new RunFolder(arguments[1]),
        Tag = RunTag.Create(DataFolderId.Of(arguments[0]), Task, arguments[2]),
    });

    /// <summary>guarded DATA_FOLDER SECONDS PROGRAM…: supervises an attempt of a step that is held for some seconds, with a watchdog beside it.</summary>
    public static int RunGuarded(string[] arguments)
    {
        var runs = new StepRuns(arguments[0]);
        var run = runs.Open(Task, "1.1", attempt: 1, life: 1);
        using var watchdog = StepWatchdogProcess.Start(arguments[0]);
        new StepHolds(runs, TimeProvider.System).Extend(Task, TimeSpan.FromSeconds(int.Parse(arguments[1])));
        Console.WriteLine(watchdog.Id);
        return Run(new ProcessSpec
        {
            FileName = arguments[2],
            Arguments = arguments[3..],
            WorkingDirectory = Environment.CurrentDirectory,
            Folder = run.Folder,
            Tag = RunTag.Create(runs.DataFolder, Task, run.Name),
        });
    }

    private static int Run(ProcessSpec spec)
    {
        var start = SupervisedProcess.StartAsync(spec, TimeProvider.System, CancellationToken.None, CancellationToken.None).GetAwaiter().GetResult();
        if (start is not ProcessStart.Started started) throw new InvalidOperationException(start.ToString());
        Console.WriteLine("supervising");
        return started.Process.Completion.GetAwaiter().GetResult().ExitCode ?? 255;
    }
}
