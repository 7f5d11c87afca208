using System.Text;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <param name="Path">Where.</param>
/// <param name="Type">What became of it.</param>
/// <param name="WasNested">Whether it was the commit of a nested repository.</param>
/// <param name="IsNested">Whether it is one now.</param>
/// <param name="Blob">The new content; zeros of a deleted file.</param>
internal sealed record TreeChange(GitPath Path, FileChange Type, bool WasNested, bool IsNested, string Blob);

/// <summary>What differs between two trees: files in order of their paths, and lines.</summary>
internal sealed record TreeChanges(IReadOnlyList<TreeChange> Files, long Lines)
{
    private const string NestedMode = "160000";

    private static readonly TreeChanges None = new([], 0);
    private static readonly string[] Command = ["diff-tree", "-r", "-z", "--raw", "--numstat", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv"];

    /// <param name="git">Of a repository that has both.</param>
    /// <param name="from">A tree or commit.</param>
    /// <param name="to">Another.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<TreeChanges> ReadAsync(GitRunner git, string from, string to, CancellationToken cancellationToken)
    {
        if (from == to) return None;
        return Parse(await git.ReadAsync([.. Command, from, to, "--"], cancellationToken));
    }

    /// <summary><see langword="null"/> if one of them is not there.</summary>
    public static async Task<TreeChanges?> TryReadAsync(GitRunner git, string from, string to, CancellationToken cancellationToken)
    {
        if (from == to) return None;
        var (exit, output) = await git.TryReadAsync([.. Command, from, to, "--"], cancellationToken);
        return exit.Succeeded ? Parse(output) : null;
    }

    /// <summary>What reads how two trees differ.</summary>
    public static WaitingGit Reader(GitRunner git, CancellationToken cancellationToken) => new(git, [.. Command, "--stdin"], cancellationToken);

    /// <param name="reader">Of a repository that has both.</param>
    /// <param name="from">A tree, and no commit.</param>
    /// <param name="to">Another.</param>
    /// <returns><see langword="null"/> if one of them is not there.</returns>
    public static async Task<TreeChanges?> TryReadAsync(WaitingGit reader, string from, string to)
    {
        if (from == to) return None;

        // It repeats the order before it answers. To one that it cannot carry out it says nothing, and ends with 0.
        var order = Encoding.ASCII.GetBytes($"{from} {to}\n");
        var (exit, output) = await reader.GiveAsync(order);
        return exit.Succeeded && output.Span.StartsWith(order) ? Parse(output[order.Length..]) : null;
    }

    private static TreeChanges Parse(ReadOnlyMemory<byte> output)
    {
        var files = new List<TreeChange>();
        long lines = 0;
        using var items = NulList.Split(output).GetEnumerator();
        while (items.MoveNext())
        {
            if (items.Current.Span.StartsWith(":"u8))
            {
                var header = items.Current;
                items.MoveNext();
                files.Add(Parse(Encoding.ASCII.GetString(header.Span), new GitPath(items.Current)));
            }
            else
            {
                lines += CountLines(items.Current.Span);
            }
        }

        return new TreeChanges(files, lines);
    }

    /// <summary><c>:100644 100644 old new M</c></summary>
    private static TreeChange Parse(string header, GitPath path)
    {
        var fields = header[1..].Split(' ');
        var type = fields[4] switch
        {
            "A" => FileChange.Created,
            "D" => FileChange.Deleted,
            _ => FileChange.Modified,
        };
        return new TreeChange(path, type, fields[0] == NestedMode, fields[1] == NestedMode, fields[3]);
    }

    /// <summary><c>added TAB deleted TAB path</c>, with dashes for a file that is not text.</summary>
    private static long CountLines(ReadOnlySpan<byte> counts)
    {
        var first = counts.IndexOf((byte)'\t');
        var second = first + 1 + counts[(first + 1)..].IndexOf((byte)'\t');
        return Number(counts[..first]) + Number(counts[(first + 1)..second]);
    }

    private static long Number(ReadOnlySpan<byte> digits) => digits is [(byte)'-'] ? 0 : long.Parse(digits);
}
