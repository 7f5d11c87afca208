using System.Buffers;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Requests;

/// <summary>Reads where a task works. Whether the folder exists, and may be used, only the host can tell.</summary>
internal static class WorkspaceReader
{
    private const string Example = "write {\"path\": \"/repos/shop\"} for a folder, or {\"repository\": \"https://…\"} for a clone";

    private const string RefRule =
        "a ref is the name of a branch or tag, or a commit: "
        + "1 to 255 characters without spaces, \"..\" and ~^:?*[\\, not beginning with '-'.";

    private static readonly FieldNames WorkspaceNames = new(
        ["path", "isolation", "repository", "ref", "setup"],
        (["dir", "folder", "directory", "cwd"], "call it \"path\""),
        (["url", "repo", "git", "remote"], "call it \"repository\""),
        (["branch", "tag", "commit", "revision"], "call it \"ref\""),
        (["mode"], "call it \"isolation\""));

    private static readonly SearchValues<char> ScpCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-@");

    private static readonly string[] Schemes = ["https", "http", "ssh", "git", "file"];

    public static WorkspaceRequest Read(JsonField field, TaskRequestLimits limits)
    {
        if (field.Required(Example + ".").Object(WorkspaceNames) is not { } workspace) return new();
        var hasPath = !workspace["path"].IsAbsent;
        var hasRepository = !workspace["repository"].IsAbsent;
        if (hasPath == hasRepository)
        {
            workspace.Fail(hasPath ? "has both path and repository: keep one of them." : $"needs a path or a repository: {Example}.");
        }
        else if (hasRepository)
        {
            workspace["isolation"].Unwanted("is for a path only: a repository is cloned for the task alone. Leave it out.");
        }
        else
        {
            workspace["ref"].Unwanted("is for a repository only: a folder is used as it stands. Leave it out.");
        }

        var isolation = workspace["isolation"].OneOf<WorkspaceIsolation>();
        return new()
        {
            Path = ReadPath(workspace["path"], limits),
            Isolation = isolation ?? (hasPath ? WorkspaceIsolation.InPlace : null),
            Repository = ReadRepository(workspace["repository"], limits),
            Ref = workspace["ref"].Name(IsRef, RefRule),
            Setup = workspace["setup"].Command(limits.CommandBytes),
        };
    }

    private static string? ReadPath(JsonField field, TaskRequestLimits limits)
    {
        if (field.Line(limits.Path) is not { } path) return null;
        if (Path.IsPathFullyQualified(path)) return path;
        field.Fail($"{Shown.Text(path)} is not absolute: write the whole path on the machine that runs the task, such as \"/repos/shop\".");
        return null;
    }

    private static string? ReadRepository(JsonField field, TaskRequestLimits limits)
    {
        if (field.Line(limits.Url) is not { } repository) return null;
        if (Path.IsPathFullyQualified(repository) || IsScp(repository)) return repository;
        if (!Uri.TryCreate(repository, UriKind.Absolute, out var url) || !Schemes.Contains(url.Scheme))
        {
            // Among those refused: "--upload-pack=…" and "ext::sh -c …", with which git would run a command.
            var beginnings = string.Join(", ", Schemes.Select(scheme => scheme + "://"));
            field.Fail($"must be an absolute path, user@host:path, or a URL that begins with {beginnings}.");
        }
        else if (url.UserInfo.Contains(':', StringComparison.Ordinal) || (url.UserInfo.Length > 0 && url.Scheme is "https" or "http"))
        {
            field.Fail("must not contain a password or token: the operator's configuration has the credentials for private clones.");
        }
        else
        {
            return repository;
        }

        return null;
    }

    /// <summary>Whether it is of the form <c>git@host:shop.git</c>.</summary>
    private static bool IsScp(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0
            && colon > at + 1
            && colon + 1 < text.Length
            && text[colon + 1] is not (':' or '-')
            && text.AsSpan(0, colon).IndexOfAnyExcept(ScpCharacters) < 0
            && text[0] != '-'
            && text[at + 1] != '-'
            && !text.Contains("://", StringComparison.Ordinal);
    }

    private static bool IsRef(string text) =>
        text.Length is > 0 and <= 255
        && text[0] != '-'
        && !text.Contains("..", StringComparison.Ordinal)
        && !text.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '~' or '^' or ':' or '?' or '*' or '[' or '\\');
}
