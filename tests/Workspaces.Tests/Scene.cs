using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces.Preparation;
using DurableAgentTasks.Workspaces.Restoring;
using DurableAgentTasks.Workspaces.Snapshots;

// The file system and the signals of Unix are what is tested; git for Windows would need its own.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]

namespace DurableAgentTasks.Workspaces.Tests;

/// <summary>A user's folder with real git, and our data folder beside it.</summary>
internal sealed class Scene : IDisposable
{
    public static readonly TaskId Task = TaskId.Parse("fix-login");
    public static readonly DateTimeOffset At = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Longer than the clock of a local file system needs, and so short that most folders of a test are walked once only.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly TemporaryFolder _folder = new();

    public Scene(bool repository = true)
    {
        Directory.CreateDirectory(User);
        if (!repository) return;
        Git("init", "--quiet", "--initial-branch=main", ".");
        Write("tracked.txt", "one\ntwo\n");
        Git("add", "-A");
        Git("commit", "--quiet", "-m", "first");
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string Folder => _folder.Path;

    public string User => Path.Combine(_folder.Path, "user");

    public string Data => Path.Combine(_folder.Path, "data");

    /// <summary>Where <see cref="Write"/> and the others look: the workspace, once there is one elsewhere.</summary>
    public string? Root { get; set; }

    public void Dispose()
    {
        // .NET cannot delete what has a name that is not UTF-8.
        Run("rm", _folder.Path, "-rf", "--", User);
        _folder.Dispose();
    }

    public async Task<Workspace> OpenAsync(WorkspaceSource? source = null, WorkspaceOptions? options = null, string? data = null)
    {
        var outcome = await Workspace.PrepareAsync(
            Task, source ?? new WorkspaceSource.InPlace(User), data ?? Data, options ?? new WorkspaceOptions { FolderClockTick = Tick }, TimeProvider.System, Cancellation);
        return Assert.IsType<PrepareOutcome.Ready>(outcome).Workspace;
    }

    public Task DeleteAsync() => Workspace.DeleteAsync(Task, Data, new WorkspaceOptions(), TimeProvider.System, Cancellation);

    public string Full(string path) => Path.Combine(Root ?? User, path);

    public void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Full(path))!);
        File.WriteAllText(Full(path), content);
    }

    public string Read(string path) => File.ReadAllText(Full(path));

    public bool Exists(string path) => Path.Exists(Full(path));

    /// <summary>git as the user has it, in the user's folder.</summary>
    public string Git(params IEnumerable<string> arguments) => GitIn(Root ?? User, arguments);

    public static string GitIn(string folder, params IEnumerable<string> arguments) => Run("git", folder, arguments);

    public static string Run(string program, string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, StandardOutputEncoding = Encoding.Latin1,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        foreach (var who in new[] { "AUTHOR", "COMMITTER" })
        {
            start.Environment[$"GIT_{who}_NAME"] = "User";
            start.Environment[$"GIT_{who}_EMAIL"] = "user@example.org";
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error.Result}");
        return output.TrimEnd('\n');
    }

    /// <summary>The names in a tree.</summary>
    public IReadOnlyList<string> Names(Snapshot snapshot) =>
        [.. Git("ls-tree", "-r", "-z", "--name-only", snapshot.Commit).Split('\0', StringSplitOptions.RemoveEmptyEntries)];

    public string Content(Snapshot snapshot, string path) => Git("cat-file", "blob", $"{snapshot.Commit}:{path}");

    /// <summary>
    /// Every file of the user's git folder but objects and our refs, with the hash of its content and its time. Of a shared index git
    /// moves the time whenever it reads it.
    /// </summary>
    public SortedDictionary<string, string> GitFolder()
    {
        var git = Path.Combine(User, ".git");
        var files = Directory.EnumerateFiles(git, "*", SearchOption.AllDirectories)
            .Where(file => !file.StartsWith(Path.Combine(git, "objects"), StringComparison.Ordinal)
                && !file.StartsWith(Path.Combine(git, "refs", "agent-tasks"), StringComparison.Ordinal));
        return new SortedDictionary<string, string>(
            files.ToDictionary(file => file, file => $"{Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))} {(file.Contains("sharedindex", StringComparison.Ordinal) ? 0 : File.GetLastWriteTimeUtc(file).Ticks)}"),
            StringComparer.Ordinal);
    }
}

internal static class WorkspaceSteps
{
    public static Task<Snapshot> SnapshotAsync(this Workspace workspace, int? after = null) =>
        workspace.SnapshotAsync(new SnapshotRequest(Scene.At, after), Scene.Cancellation);

    public static async Task<RestoreOutcome.Restored> RestoreAsync(this Workspace workspace, Snapshot snapshot)
    {
        var restored = Assert.IsType<RestoreOutcome.Restored>(await workspace.RestoreAsync(snapshot.Commit, new(Scene.At), Scene.Cancellation));
        await workspace.ForgetSavedAsync(Scene.Cancellation);
        return restored;
    }

    public static async Task<string> DiffAsync(this Workspace workspace, string from, string? to)
    {
        var output = new MemoryStream();
        Assert.True(await workspace.DiffAsync(from, to, output, Scene.Cancellation));
        return Encoding.Latin1.GetString(output.ToArray());
    }
}
