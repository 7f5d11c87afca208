using System.Text;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>The refs of a task's snapshots.</summary>
internal sealed class SnapshotRefs(GitRunner git, TaskId task)
{
    private string Prefix => $"refs/agent-tasks/{task}/";

    public string Name(int number) => $"{Prefix}{number}";

    /// <summary>By number, in order.</summary>
    public async Task<IReadOnlyList<(int Number, string Commit)>> ListAsync(CancellationToken cancellationToken)
    {
        var lines = await git.ReadLineAsync(["for-each-ref", "--format=%(objectname) %(refname)", Prefix], cancellationToken);
        var refs = new List<(int Number, string Commit)>();
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.IndexOf(' ');
            if (int.TryParse(line[(space + 1 + Prefix.Length)..], out var number)) refs.Add((number, line[..space]));
        }

        return [.. refs.OrderBy(entry => entry.Number)];
    }

    /// <returns><see langword="false"/> if there is such a ref already.</returns>
    public async Task<bool> TryCreateAsync(int number, string commit, CancellationToken cancellationToken)
    {
        var (exit, _) = await git.TryReadAsync([.. Update, Name(number), commit, new string('0', commit.Length)], cancellationToken);
        if (exit.Succeeded) return true;
        if ((await ListAsync(cancellationToken)).All(entry => entry.Number != number)) exit.ThrowIfFailed();
        return false;
    }

    /// <summary>All at once or none.</summary>
    public Task DeleteAsync(IEnumerable<int> numbers, CancellationToken cancellationToken) =>
        git.ReadAsync([.. Update, "--stdin"], cancellationToken, Encoding.ASCII.GetBytes(string.Concat(numbers.Select(number => $"delete {Name(number)}\n"))));

    private static string[] Update => ["-c", "core.logAllRefUpdates=false", "update-ref"];
}
