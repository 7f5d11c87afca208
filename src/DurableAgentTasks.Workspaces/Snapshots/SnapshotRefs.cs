using System.Text;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>The refs of a task's snapshots.</summary>
internal sealed class SnapshotRefs(CheckpointRepository repository, TaskId task)
{
    private static readonly string[] Update = ["-c", "core.logAllRefUpdates=false", "-c", "core.filesRefLockTimeout=1000", "update-ref", "--stdin"];

    private readonly GitRunner _git = repository.RefGit;

    private string Prefix => $"refs/agent-tasks/{task}/";

    public string Name(int number) => $"{Prefix}{number}";

    /// <summary>By number, in order.</summary>
    public async Task<IReadOnlyList<(int Number, string Commit)>> ListAsync(CancellationToken cancellationToken)
    {
        var lines = await _git.ReadLineAsync(["for-each-ref", "--format=%(objectname) %(refname)", Prefix], cancellationToken);
        var refs = new List<(int Number, string Commit)>();
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.IndexOf(' ');
            if (int.TryParse(line[(space + 1 + Prefix.Length)..], out var number)) refs.Add((number, line[..space]));
        }

        return [.. refs.OrderBy(entry => entry.Number)];
    }

    /// <summary>What changes refs once.</summary>
    public WaitingGit Writer(CancellationToken cancellationToken) => new(_git, Update, cancellationToken);

    /// <returns><see langword="false"/> if there is such a ref already.</returns>
    public async Task<bool> TryCreateAsync(WaitingGit writer, int number, string commit, CancellationToken cancellationToken)
    {
        var exit = await UpdateAsync(writer, $"create {Name(number)} {commit}\n", cancellationToken);
        if (exit.Succeeded) return true;
        if ((await ListAsync(cancellationToken)).All(entry => entry.Number != number)) exit.ThrowIfFailed();
        return false;
    }

    /// <summary>All at once or none.</summary>
    public async Task DeleteAsync(IEnumerable<int> numbers, CancellationToken cancellationToken)
    {
        await using var writer = Writer(cancellationToken).Start();
        (await UpdateAsync(writer, string.Concat(numbers.Select(number => $"delete {Name(number)}\n")), cancellationToken)).ThrowIfFailed();
    }

    /// <summary>The locks of our refs are ours alone: one that git has waited for in vain is of git that was killed. Any other may be another host's.</summary>
    private async Task<GitExit> UpdateAsync(WaitingGit writer, string commands, CancellationToken cancellationToken)
    {
        var (exit, _) = await writer.GiveAsync(Encoding.ASCII.GetBytes(commands));
        var folder = Path.Combine(repository.RefFolder, Prefix);
        var left = exit.Succeeded || !Directory.Exists(folder) ? []
            : Directory.GetFiles(folder, "*.lock").Where(file => exit.Error.Contains($"/{Path.GetFileName(file)}'", StringComparison.Ordinal)).ToList();
        if (left.Count == 0) return exit;
        foreach (var file in left) File.Delete(file);
        return (await _git.TryReadAsync(Update, cancellationToken, Encoding.ASCII.GetBytes(commands))).Exit;
    }
}
