using System.Diagnostics;

namespace DurableAgentTasks.Activities.Tests.Hosting;

/// <summary>git as a user has it, in a folder of the user's.</summary>
internal static class UserRepository
{
    /// <summary>Makes a repository with a first commit of what is there.</summary>
    public static void Init(string folder)
    {
        Git(folder, "init", "--quiet", "--initial-branch=main", ".");
        Git(folder, "add", "-A");
        Git(folder, "commit", "--quiet", "--allow-empty", "-m", "first");
    }

    public static string Git(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        foreach (var who in new[] { "AUTHOR", "COMMITTER" })
        {
            start.Environment[$"GIT_{who}_NAME"] = "User";
            start.Environment[$"GIT_{who}_EMAIL"] = "user@example.org";
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"git {string.Join(' ', arguments)}: {error.Result}");
        return output.TrimEnd('\n');
    }
}
