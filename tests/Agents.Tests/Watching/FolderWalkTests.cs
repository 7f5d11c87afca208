using DurableAgentTasks.Agents.Watching;

namespace DurableAgentTasks.Agents.Tests.Watching;

public sealed class FolderWalkTests : IDisposable
{
    private static readonly DateTime Old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly string _folder = Directory.CreateTempSubdirectory("dat-walk-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Every_file_is_seen_once_however_small_the_steps(int entries)
    {
        for (var i = 0; i < 50; i++) Add(Path.Combine($"{i % 5}", $".{i % 3}", $"{i}"), bytes: i);

        using var walk = Walk();
        var steps = 1;
        while (!walk.Step(entries)) steps++;

        Assert.Equal(49 * 50 / 2, walk.Bytes);
        Assert.Equal(((5 + 15 + 50) / entries) + 1, steps);
        Assert.Equal(Old, walk.Newest.UtcDateTime);
    }

    [Fact]
    public void Links_are_not_followed()
    {
        Add("a/file", bytes: 10);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "a", "up"), _folder);
        File.CreateSymbolicLink(Path.Combine(_folder, "a", "link"), Path.Combine(_folder, "a", "file"));

        using var walk = Walk();
        Assert.True(walk.Step(100));

        Assert.Equal(10, walk.Bytes);
    }

    [Fact]
    public void What_goes_while_it_is_walked_through_is_left_out()
    {
        Add("a/1", bytes: 1);
        Add("b/2", bytes: 1);

        using var walk = Walk();
        Assert.False(walk.Step(1));
        Directory.Delete(Path.Combine(_folder, "a"), recursive: true);
        Directory.Delete(Path.Combine(_folder, "b"), recursive: true);

        Assert.True(walk.Step(100));
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_empty()
    {
        using var walk = new FolderWalk(Path.Combine(_folder, "none"), DateTimeOffset.MaxValue);

        Assert.True(walk.Step(1));
        Assert.Equal(0, walk.Bytes);
    }

    [Fact]
    public void The_latest_change_is_of_a_file_or_of_a_folder_at_any_depth()
    {
        var changed = Old.AddDays(3);
        var deep = Add("a/b/c/file", bytes: 1);
        File.SetLastWriteTimeUtc(deep, changed);
        Assert.Equal(changed, Newest());

        Directory.SetLastWriteTimeUtc(Path.GetDirectoryName(deep)!, changed.AddDays(1));
        Assert.Equal(changed.AddDays(1), Newest());

        Directory.SetLastWriteTimeUtc(_folder, changed.AddDays(2));
        Assert.Equal(changed.AddDays(2), Newest());
    }

    private DateTime Newest()
    {
        using var walk = new FolderWalk(_folder, DateTimeOffset.MaxValue);
        Assert.True(walk.Step(100));
        return walk.Newest.UtcDateTime;
    }

    private FolderWalk Walk()
    {
        foreach (var path in Directory.EnumerateDirectories(_folder, "*", SearchOption.AllDirectories).Append(_folder)) Directory.SetLastWriteTimeUtc(path, Old);
        return new FolderWalk(_folder, DateTimeOffset.MaxValue);
    }

    private string Add(string name, int bytes)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[bytes]);
        File.SetLastWriteTimeUtc(path, Old);
        foreach (var folder in Directory.EnumerateDirectories(_folder, "*", SearchOption.AllDirectories).Append(_folder)) Directory.SetLastWriteTimeUtc(folder, Old);
        return path;
    }
}
