using System.Text.Json;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>What is known of the snapshot before: what the next one is compared with. Lost, it costs time only.</summary>
/// <param name="Number">Of the last snapshot.</param>
/// <param name="Tree">Of the last snapshot; the next one lists what has changed since.</param>
/// <param name="Since">What that one was compared with: the next one too, if nothing has become of it.</param>
/// <param name="IgnoreStamp">Of <see cref="IgnoreRules"/>.</param>
/// <param name="Nested">The paths of the nested repositories, in Base64: they need not be text.</param>
internal sealed record SnapshotState(int Number, string? Tree, string? Since, string? IgnoreStamp, IReadOnlyList<string> Nested)
{
    private static readonly SnapshotState None = new(0, null, null, null, []);

    public static SnapshotState Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<SnapshotState>(File.ReadAllBytes(file), TaskJson.Options) ?? None;
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            return None;
        }
    }

    public void Write(string file) => AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(this, TaskJson.Options), flush: false);

    public IEnumerable<GitPath> NestedPaths() => Nested.Select(path => new GitPath(Convert.FromBase64String(path)));

    public static IReadOnlyList<string> Encode(IEnumerable<GitPath> paths) => [.. paths.Order().Select(path => Convert.ToBase64String(path.Span))];

    /// <summary>The nested repositories after so many changes.</summary>
    public IReadOnlyList<string> NestedAfter(TreeChanges changes)
    {
        var paths = NestedPaths().ToHashSet();
        foreach (var change in changes.Files)
        {
            if (change is { IsNested: true, Type: not FileChange.Deleted }) paths.Add(change.Path);
            else paths.Remove(change.Path);
        }

        return Encode(paths);
    }
}
