using System.Text;
using DurableAgentTasks.Workspaces.Preparation;

namespace DurableAgentTasks.Workspaces.Git;

/// <summary>
/// The host's data folder may lie in a work tree, as <c>.data</c> in the folder it was started in does. Checkpoints of it would hold
/// each other, and a restore would bring the host's own state back.
/// </summary>
internal static class HostFolderRule
{
    /// <returns>The line of an exclude file, as Latin-1 of its bytes; empty if there is nothing to exclude.</returns>
    public static string Of(string root, string? hostFolder)
    {
        if (hostFolder is null || !Directory.Exists(hostFolder)) return "";
        var path = Path.GetRelativePath(root, WorkspacePreparation.RealPath(Path.GetFullPath(hostFolder))).Replace(Path.DirectorySeparatorChar, '/');
        if (path is "." or ".." || path.StartsWith("../", StringComparison.Ordinal) || Path.IsPathFullyQualified(path) || path.Contains('\n', StringComparison.Ordinal)) return "";
        var rule = new StringBuilder("/");
        foreach (var letter in Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(path)))
        {
            if (letter is '\\' or '*' or '?' or '[' or ']' or ' ') rule.Append('\\');
            rule.Append(letter);
        }

        return rule.Append('/').ToString();
    }
}
