using System.Text;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Pruning;

/// <summary>The list of objects that were of snapshots which are gone, kept until they are freed.</summary>
internal sealed class Garbage(CheckpointRepository repository)
{
    public HashSet<string> Read() =>
        File.Exists(repository.Garbage) ? [.. File.ReadAllLines(repository.Garbage).Where(ObjectId.IsValid)] : [];

    public void Write(HashSet<string> objects)
    {
        if (objects.Count > 0) AtomicFile.Write(repository.Garbage, Encoding.ASCII.GetBytes(string.Join('\n', objects)));
        else File.Delete(repository.Garbage);
    }

    /// <summary>
    /// Adds at least what only some snapshots have; what others have too is found out by git later. What is lost already needs no freeing.
    /// </summary>
    /// <param name="commits">Those that go.</param>
    /// <param name="kept">Those that stay.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>All that is on the list.</returns>
    public async Task<HashSet<string>> AddAsync(IEnumerable<string> commits, IEnumerable<string> kept, CancellationToken cancellationToken)
    {
        var input = string.Concat(commits.Select(commit => $"{commit}\n")) + string.Concat(kept.Select(commit => $"^{commit}\n"));
        var output = await repository.Git.ReadAsync(
            ["rev-list", "--objects", "--no-object-names", "--missing=allow-any", "--ignore-missing", "--stdin"], cancellationToken, Encoding.ASCII.GetBytes(input));
        var objects = Read();
        objects.UnionWith(Encoding.ASCII.GetString(output.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Write(objects);
        return objects;
    }
}
