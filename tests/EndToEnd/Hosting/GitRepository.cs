using System.Diagnostics;

namespace DurableAgentTasks.EndToEnd.Hosting;

/// <summary>A real git repository with one commit, in a folder of its own.</summary>
internal sealed class GitRepository
{
    private GitRepository(string path) => Path = path;

    public string Path { get; }

    public static async Task<GitRepository> CreateAsync(string path)
    {
        Directory.CreateDirectory(path);
        var repository = new GitRepository(path);
        await repository.GitAsync("init", "--quiet");
        await File.WriteAllTextAsync(System.IO.Path.Combine(path, "README.md"), "# Shop\n");
        await repository.GitAsync("add", "--all");
        await repository.GitAsync("-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "Begin");
        return repository;
    }

    /// <returns>What git printed.</returns>
    public async Task<string> GitAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = Path, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEndAsync();
        var errors = git.StandardError.ReadToEndAsync();
        await git.WaitForExitAsync();
        return git.ExitCode == 0 ? await output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {await errors}");
    }
}
