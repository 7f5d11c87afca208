using System.Security.Cryptography;
using System.Text;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Tests.Restoring;

/// <summary>Edits, snapshots and restores in random order: the disk is what it was, by a look at it that knows nothing of git.</summary>
public sealed class RandomEditsTests
{
    private const int Limit = 600_000;
    private const int Steps = 40;

    private static readonly string[] Names = ["a", "b", "c d", "é", ".gitignore", "x.log", "d", "e"];

    public static TheoryData<int, bool> Seeds => new(from seed in Enumerable.Range(1, 4) from repository in new[] { true, false } select (seed, repository));

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Seeds))]
    public async Task A_restore_gives_the_disk_of_its_snapshot(int seed, bool repository)
    {
        var random = new Random(seed);
        using var scene = new Scene(repository);
        var before = repository ? scene.GitFolder() : null;
        var taken = new List<(Snapshot Snapshot, IReadOnlyList<string> Disk)>();
        var workspace = await scene.OpenAsync();
        for (var step = 0; step < Steps; step++)
        {
            for (var edits = random.Next(1, 6); edits > 0; edits--) Edit(scene, random);
            if (random.Next(3) > 0) taken.Add((await workspace.SnapshotAsync(), NotIgnored(scene)));
            if (random.Next(4) == 0 && taken.Count > 0)
            {
                var (wanted, disk) = taken[random.Next(taken.Count)];
                await workspace.RestoreAsync(wanted);
                Assert.Equal(disk, NotIgnored(scene));
                Assert.Equal(wanted.Tree, (await workspace.SnapshotAsync()).Tree);
            }

            if (random.Next(10) > 0) continue;
            workspace.Dispose();
            workspace = await scene.OpenAsync();
        }

        if (before is not null) Assert.Equal(before, scene.GitFolder());
        workspace.Dispose();
    }

    private static void Edit(Scene scene, Random random)
    {
        var path = Path.Combine([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Names[random.Next(Names.Length)])]);
        var full = scene.Full(path);
        try
        {
            switch (random.Next(7))
            {
                case 0:
                    if (Directory.Exists(full) && new DirectoryInfo(full).LinkTarget is null) Directory.Delete(full, recursive: true);
                    else File.Delete(full);
                    break;
                case 1:
                    File.Move(scene.Full(Names[random.Next(Names.Length)]), full);
                    break;
                case 2:
                    File.SetUnixFileMode(full, File.GetUnixFileMode(full) ^ UnixFileMode.UserExecute);
                    break;
                case 3:
                    File.CreateSymbolicLink(full, Names[random.Next(Names.Length)]);
                    break;
                case 4:
                    Directory.CreateDirectory(full);
                    break;
                default:
                    if (new FileInfo(full).LinkTarget is null) scene.Write(path, path.EndsWith(".gitignore", StringComparison.Ordinal) ? "*.log\nc d/\n" : $"{random.Next(5)}\n");
                    break;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An edit that is not possible there is none.
        }
    }

    /// <summary>What stands where: kind, executable bit and content.</summary>
    private static SortedDictionary<string, string> Disk(Scene scene)
    {
        var disk = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var pending = new Stack<DirectoryInfo>([new DirectoryInfo(scene.User)]);
        while (pending.TryPop(out var folder))
        {
            foreach (var entry in folder.GetFileSystemInfos())
            {
                var path = Path.GetRelativePath(scene.User, entry.FullName);
                if (path == ".git") continue;
                if (entry.LinkTarget is { } target) disk[path] = $"link {target}";
                else if (entry is DirectoryInfo inner) pending.Push(inner);
                else disk[path] = $"{entry.UnixFileMode & UnixFileMode.UserExecute} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName)))}";
            }
        }

        return disk;
    }

    /// <summary>The disk without what its rules ignore: that is not of a snapshot, and stays as it is.</summary>
    private static IReadOnlyList<string> NotIgnored(Scene scene)
    {
        string[] plain = scene.Exists(".git") ? [] : [$"--git-dir={Path.Combine(scene.Data, "fix-login", "git")}", $"--work-tree={scene.User}"];
        var ignored = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(scene.Git([.. plain, "ls-files", "-z", "--others", "--ignored", "--exclude-standard"])))
            .Split('\0').ToHashSet();
        return [.. Disk(scene).Where(entry => !ignored.Contains(entry.Key)).Select(entry => $"{entry.Key}: {entry.Value}")];
    }
}
