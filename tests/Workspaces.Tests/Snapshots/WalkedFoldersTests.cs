using System.Text;

namespace DurableAgentTasks.Workspaces.Tests.Snapshots;

/// <summary>Folders that have not changed are not walked again, and nothing is missed for that.</summary>
public sealed class WalkedFoldersTests
{
    private const int Limit = 600_000;
    private const int Rounds = 60;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 4)];

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Seeds))]
    public async Task A_snapshot_is_what_git_makes_of_the_tree_from_scratch(int seed)
    {
        var random = new Random(seed);
        using var scene = new Scene();
        foreach (var folder in Folders()) scene.Write($"{folder}/file", folder);
        using var workspace = await scene.OpenAsync();
        for (var round = 0; round < Rounds; round++)
        {
            for (var edits = random.Next(0, 4); edits > 0; edits--) Edit(scene, random);
            Assert.Equal(FromScratch(scene), (await workspace.SnapshotAsync()).Tree);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task What_has_not_changed_is_not_walked()
    {
        using var scene = new Scene();
        foreach (var folder in Folders()) scene.Write($"{folder}/file", folder);
        var calls = Path.Combine(scene.Folder, "calls");
        var git = Path.Combine(scene.Folder, "git-that-notes");
        File.WriteAllText(git, $"#!/bin/sh\necho \"$@\" >> {calls}\nexec git \"$@\"\n");
        File.SetUnixFileMode(git, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        using var workspace = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = git, FolderClockTick = Scene.Tick });
        for (var i = 0; i < 3; i++) await workspace.SnapshotAsync();

        Assert.Empty(await WalksAsync());
        File.WriteAllText(scene.Full("d1/e2/file"), "changed");
        Assert.Empty(await WalksAsync());
        scene.Write("d1/e2/new", "new");
        Assert.EndsWith("-- d1/e2", Assert.Single(await WalksAsync()), StringComparison.Ordinal);
        Directory.CreateDirectory(scene.Full("d3/e1/empty"));
        await WalksAsync();
        await WalksAsync();
        Assert.EndsWith("-- d3/e1/empty", Assert.Single(await WalksAsync()), StringComparison.Ordinal);
        File.AppendAllText(scene.Full("d4/.gitignore"), "*.log\n");
        Assert.EndsWith("--", (await WalksAsync())[^1], StringComparison.Ordinal);

        async Task<string[]> WalksAsync()
        {
            File.Delete(calls);
            await workspace.SnapshotAsync();
            return [.. File.ReadAllLines(calls).Where(call => call.Contains("--directory", StringComparison.Ordinal))];
        }
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_left_out_and_what_is_empty_is_told_by_every_snapshot()
    {
        using var scene = new Scene();
        scene.Write("big/file", new string('x', 2_000));
        scene.Write("big/small", "x");
        Directory.CreateDirectory(scene.Full("hollow/inner"));
        using var workspace = await scene.OpenAsync(options: new WorkspaceOptions { MaxFileBytes = 1_000, FolderClockTick = Scene.Tick });
        for (var i = 0; i < 4; i++)
        {
            var snapshot = await workspace.SnapshotAsync();
            Assert.Equal("big/file", Assert.Single(snapshot.LeftOut).Path);
            Assert.Equal(["hollow/inner"], snapshot.EmptyFolders);
        }

        File.WriteAllText(scene.Full("big/file"), "x");
        Assert.Contains("big/file", scene.Names(await workspace.SnapshotAsync()));
        File.WriteAllText(scene.Full("hollow/inner/file"), "x");
        Assert.Contains("hollow/inner/file", scene.Names(await workspace.SnapshotAsync()));
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("half of it")]
    [InlineData("1 2 \0 \0x y z\0")]
    public async Task What_is_left_of_the_notes_after_a_power_failure_costs_time_only(string left)
    {
        using var scene = new Scene();
        foreach (var folder in Folders()) scene.Write($"{folder}/file", folder);
        using var workspace = await scene.OpenAsync();
        for (var i = 0; i < 3; i++) await workspace.SnapshotAsync();
        var notes = Assert.Single(Directory.GetFiles(scene.Data, "folders", SearchOption.AllDirectories));
        File.WriteAllBytes(notes, Encoding.ASCII.GetBytes(left));
        scene.Write("d0/e0/new", "new");
        Assert.Equal(FromScratch(scene), (await workspace.SnapshotAsync()).Tree);
    }

    private static IEnumerable<string> Folders() => from d in Enumerable.Range(0, 6) from e in Enumerable.Range(0, 5) select $"d{d}/e{e}";

    private static void Edit(Scene scene, Random random)
    {
        var folder = $"d{random.Next(6)}/e{random.Next(5)}";
        var name = $"{folder}/{"abcdef"[random.Next(6)]}{(random.Next(3) == 0 ? ".log" : "")}";
        try
        {
            switch (random.Next(10))
            {
                case 0:
                    File.Delete(scene.Full(name));
                    break;
                case 1:
                    File.Move(scene.Full(name), scene.Full($"d{random.Next(6)}/e{random.Next(5)}/moved{random.Next(3)}"), overwrite: true);
                    break;
                case 2:
                    Directory.Move(scene.Full(folder), scene.Full($"d{random.Next(6)}/g{random.Next(3)}"));
                    break;
                case 3:
                    Directory.Delete(scene.Full(folder), recursive: true);
                    break;
                case 4:
                    scene.Write($"{(random.Next(2) == 0 ? folder : folder[..2])}/.gitignore", random.Next(2) == 0 ? "*.log\n" : "g1/\n");
                    break;
                case 5:
                    File.Delete(scene.Full($"{folder}/.gitignore"));
                    break;
                case 6:
                    // As tar does, which sets the time of a folder back after it has filled it.
                    var then = Directory.GetLastWriteTimeUtc(scene.Full(folder));
                    scene.Write(name, $"{random.Next()}");
                    Directory.SetLastWriteTimeUtc(scene.Full(folder), then);
                    break;
                case 7:
                    Directory.CreateDirectory(scene.Full($"{folder}/empty{random.Next(3)}"));
                    break;
                default:
                    scene.Write(name, $"{random.Next()}");
                    break;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An edit that is not possible there is none.
        }
    }

    /// <summary>With an index of its own, which knows nothing.</summary>
    private static string FromScratch(Scene scene)
    {
        var index = Path.Combine(scene.Folder, $"index-{Guid.NewGuid():n}");
        return Scene.Run("sh", scene.User, "-c", $"export GIT_INDEX_FILE={index}; git -c core.autocrlf=false add -A && git write-tree").TrimEnd('\n');
    }
}
