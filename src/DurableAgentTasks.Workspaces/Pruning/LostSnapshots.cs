using System.Text.RegularExpressions;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Restoring;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Pruning;

/// <summary>
/// Snapshots that have lost an object, as a damaged disk leaves them. Their refs go, with which the user's gc and our own pruning would fail: the
/// bundles of checkpoints have all of them. What a restore has saved is in no bundle yet, and stays.
/// </summary>
internal sealed partial class LostSnapshots(CheckpointRepository repository, SnapshotRefs refs)
{
    private const int Fatal = 128;

    /// <returns>Whether there was one.</returns>
    public async Task<bool> ForgetAsync(CancellationToken cancellationToken)
    {
        // Of a repository that was cloned in part, objects are not here that were never lost.
        if (repository.IsPartial) return false;
        var saved = (RestoreJournal.Read(repository.RestoreJournal)?.Saved ?? []).Select(snapshot => snapshot.Commit).ToHashSet();
        var (lost, whole) = (new List<(int Number, string Commit)>(), new List<string>());
        foreach (var entry in await refs.ListAsync(cancellationToken))
        {
            if (!saved.Contains(entry.Commit) && await IsLostAsync(entry.Commit, cancellationToken)) lost.Add(entry);
            else whole.Add(entry.Commit);
        }

        if (lost.Count == 0) return false;
        await new Garbage(repository).AddAsync(lost.Select(entry => entry.Commit), whole, cancellationToken);
        await refs.DeleteAsync(lost.Select(entry => entry.Number), cancellationToken);
        return true;
    }

    /// <summary>Git that was killed, or had no memory, says nothing of a snapshot.</summary>
    private async Task<bool> IsLostAsync(string commit, CancellationToken cancellationToken) =>
        await SnapshotCommit.FindLossAsync(repository.Git, commit, cancellationToken) is { Code: Fatal } exit && Missing().IsMatch(exit.Error);

    [GeneratedRegex(@"missing \w+ object|bad (tree |commit |)object|unable to (read|parse)|could not read|is corrupt", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Missing();
}
