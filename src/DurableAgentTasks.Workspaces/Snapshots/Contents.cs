using System.Text;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>Which contents of files a repository has.</summary>
internal static class Contents
{
    /// <param name="git">With the repository.</param>
    /// <param name="blobs">The ids of contents.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<IReadOnlySet<string>> HereAsync(GitRunner git, IReadOnlySet<string> blobs, CancellationToken cancellationToken)
    {
        if (blobs.Count == 0) return blobs;
        var input = Encoding.ASCII.GetBytes(string.Concat(blobs.Select(blob => $"{blob}\n")));

        // <id> SP <type>, or <id> SP missing
        var output = await git.ReadAsync(["cat-file", "--batch-check=%(objectname) %(objecttype)", "--buffer"], cancellationToken, input);
        return Encoding.ASCII.GetString(output.Span).Split('\n').Where(line => line.EndsWith(" blob", StringComparison.Ordinal)).Select(line => line[..^" blob".Length]).ToHashSet();
    }
}
