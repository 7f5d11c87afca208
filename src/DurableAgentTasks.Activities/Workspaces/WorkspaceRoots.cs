using DurableAgentTasks.Activities.Queue;

namespace DurableAgentTasks.Activities.Workspaces;

/// <summary>The folders in which the operator lets tasks work; if none is named, anywhere.</summary>
internal sealed class WorkspaceRoots(IEnumerable<string> roots)
{
    private readonly List<string> _roots = [.. roots.Select(CanonicalPath.Of)];

    public bool AreNamed => _roots.Count > 0;

    /// <param name="folder">Without links, see <see cref="CanonicalPath"/>.</param>
    public bool Hold(string folder) => !AreNamed || _roots.Exists(root => folder == root || folder.StartsWith(WithSeparator(root), StringComparison.Ordinal));

    private static string WithSeparator(string root) => Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar;

    public override string ToString() => string.Join(", ", _roots);
}
