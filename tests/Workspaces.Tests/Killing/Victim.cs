using System.Diagnostics;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces.Preparation;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Tests.Killing;

/// <summary>
/// This program as a process that does one thing to a workspace and is killed on the way: its git is a script that at the n-th call
/// kills it with <c>kill -9</c>.
/// </summary>
internal static class Victim
{
    public const string Name = "victim";

    private const int Killed = 128 + 9;

    /// <summary>Arguments: folder, data folder, git, operation and what it needs.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = new WorkspaceOptions { GitExecutable = arguments[2], ObjectGrace = TimeSpan.Zero };
        var outcome = await Workspace.PrepareAsync(
            TaskId.Parse("fix-login"), new WorkspaceSource.InPlace(arguments[0]), arguments[1], options, TimeProvider.System, CancellationToken.None);
        using var workspace = ((PrepareOutcome.Ready)outcome).Workspace;
        var at = DateTimeOffset.UnixEpoch;
        _ = arguments[3] switch
        {
            "snapshot" => await workspace.SnapshotAsync(new SnapshotRequest(at), CancellationToken.None),
            "restore" => await workspace.RestoreAsync(arguments[4], new SnapshotRequest(at), CancellationToken.None),
            "prune" => (object)await workspace.PruneAsync(arguments[4..].ToHashSet(), CancellationToken.None),
            var other => throw new InvalidOperationException($"There is no operation {other}."),
        };
        return 0;
    }

    /// <summary>Runs it with a git that kills at the n-th call.</summary>
    /// <returns>Whether it was killed; not, if there are fewer calls.</returns>
    public static bool Run(Scene scene, int call, KillMoment moment, params IEnumerable<string> operation)
    {
        // Calls may be made at once: whoever makes the folder of a number has it.
        var count = Path.Combine(scene.Folder, $"count-{Guid.NewGuid():n}");
        var kill = moment switch
        {
            KillMoment.Before => "kill -9 $PPID; exit 1",
            KillMoment.After => "git \"$@\"; kill -9 $PPID; exit 1",
            KillMoment.During => "exec 3<&0; git \"$@\" <&3 & kill -9 $PPID; wait; exit 1",
            _ => "exec 3<&0; git \"$@\" <&3 & kill -9 $PPID $!; wait; exit 1",
        };
        var git = ScriptedGit.Make(scene, $"n=1; until mkdir {count}.$n 2>/dev/null; do n=$((n + 1)); done\nif [ $n -eq {call} ]; then {kill}; fi");
        return RunWith(scene, git, operation);
    }

    /// <summary>Runs it with a git that may kill it.</summary>
    /// <returns>Whether it was killed.</returns>
    public static bool RunWith(Scene scene, string git, params IEnumerable<string> operation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Name, scene.User, scene.Data, git, .. operation])
        {
            RedirectStandardError = true, UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode is 0 or Killed, $"{process.ExitCode}: {error}");
        return process.ExitCode == Killed;
    }
}

internal enum KillMoment
{
    Before,
    After,

    /// <summary>git goes on without us.</summary>
    During,

    /// <summary>git is killed too.</summary>
    Both,
}
