namespace DurableAgentTasks.Workspaces.Tests;

/// <summary>The real git, beside which a shell script is run first: it fails it, kills it, or writes a file meanwhile.</summary>
internal static class ScriptedGit
{
    /// <param name="scene">In whose folder it lies.</param>
    /// <param name="script">In sh, with git's arguments; <c>first</c> is true the first time it is asked.</param>
    public static string Make(Scene scene, string script)
    {
        var git = Path.Combine(scene.Folder, $"git-{Guid.NewGuid():n}");
        File.WriteAllText(git, $$"""
            #!/bin/sh
            first() { mkdir "$0.asked" 2>/dev/null; }
            {{script}}
            exec git "$@"

            """);
        File.SetUnixFileMode(git, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return git;
    }
}
