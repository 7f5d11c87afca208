using DurableAgentTasks.Http.Readiness;
using DurableAgentTasks.Workspaces;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Hosting;

/// <summary>The programs beside agents that tasks need on this machine.</summary>
internal static class HostTools
{
    private const string Without = "without it there are no checkpoints, diffs, clones and worktrees";

    private static readonly Version OldestGit = new(2, 36);

    public static ToolCheck Shell { get; } = new("shell", _ =>
    {
        var path = OperatingSystem.IsWindows() ? Environment.GetEnvironmentVariable("ComSpec") : "/bin/sh";
        var found = File.Exists(path);
        return Task.FromResult(new ToolStatus("shell", found, Version: null, found ? null : "Install /bin/sh: without it no step of the agent shell runs."));
    });

    public static ToolCheck Git(WorkspaceOptions options) => new("git", async cancellationToken =>
    {
        var name = options.GitExecutable;
        if (await GitProgram.VersionAsync(options, cancellationToken) is not { } version)
            return new ToolStatus("git", Found: false, Version: null, $"Install git {OldestGit} or later ({name} is not found), or set Workspaces:GitExecutable: {Without}.");
        var isOld = Version.TryParse(string.Join('.', version.Split('.').Take(2)), out var number) && number < OldestGit;
        return new ToolStatus("git", !isOld, version, isOld ? $"Install git {OldestGit} or later, {name} is {version}: {Without}." : null);
    });
}
