using System.Text;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Preparation;

/// <summary>A git repository as its user has it.</summary>
/// <param name="Root">The top of the work tree.</param>
/// <param name="GitFolder">Of this work tree: its <c>HEAD</c> and index.</param>
/// <param name="CommonFolder">Of all its work trees: refs, <c>info/exclude</c>.</param>
/// <param name="Objects">The object store.</param>
/// <param name="ObjectFormat">sha1 or sha256.</param>
/// <param name="Shared">With whom it is shared, https://git-scm.com/docs/git-config#Documentation/git-config.txt-coresharedRepository; <see langword="null"/> is nobody.</param>
internal sealed record Repository(string Root, string GitFolder, string CommonFolder, string Objects, string ObjectFormat, string? Shared)
{
    public string Index => Path.Combine(GitFolder, "index");

    public string Exclude => Path.Combine(CommonFolder, "info", "exclude");

    /// <summary>
    /// The repository a folder lies in; <see langword="null"/> if there is none, it has no work tree, or it ignores the folder, which
    /// then is a plain one to it.
    /// </summary>
    public static async Task<Repository?> FindAsync(string executable, string folder, CancellationToken cancellationToken)
    {
        var git = new GitRunner(executable, folder, GitEnvironment.Create());
        var (exit, output) = await git.TryReadAsync(
            ["rev-parse", "--path-format=absolute", "--show-toplevel", "--absolute-git-dir", "--git-common-dir", "--git-path", "objects", "--show-object-format"],
            cancellationToken);
        if (!exit.Succeeded) return null;
        var lines = Encoding.UTF8.GetString(output.Span).TrimEnd('\n').Split('\n');
        // A line break in the path of a repository is the one thing this output cannot say.
        if (lines.Length != 5) throw new GitException($"git describes the repository of {folder} in a way that is not understood: {string.Join(" | ", lines)}");
        var sharing = git.TryReadLineAsync(["config", "--get", "core.sharedRepository"], cancellationToken);
        var (ignored, _) = await git.TryReadAsync(["check-ignore", "-q", "--", "."], cancellationToken);
        var shared = await sharing;
        if (ignored.Succeeded) return null;
        return new Repository(lines[0], lines[1], lines[2], lines[3], lines[4], shared?.All(char.IsAsciiLetterOrDigit) == true ? shared : null);
    }

    /// <summary>The commit of <c>HEAD</c>; <see langword="null"/> if there is none yet. Where two small files say it, no process is started.</summary>
    public async Task<string?> ReadHeadAsync(GitRunner git, CancellationToken cancellationToken)
    {
        var head = TryReadLine(Path.Combine(GitFolder, "HEAD"));
        if (head is not null && head.StartsWith("ref: refs/", StringComparison.Ordinal)) head = TryReadLine(Path.Combine(CommonFolder, head["ref: ".Length..]));
        return head is not null && ObjectId.IsValid(head)
            ? head
            : await git.TryReadLineAsync(["rev-parse", "--verify", "--quiet", "HEAD"], cancellationToken);
    }

    private static string? TryReadLine(string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>git with this repository, for its refs and its index; it has no locks to take but those of our refs.</summary>
    public GitRunner Git(string executable) => new(executable, Root, GitEnvironment.Create(
        new("GIT_DIR", GitFolder),
        new("GIT_WORK_TREE", Root)));
}
