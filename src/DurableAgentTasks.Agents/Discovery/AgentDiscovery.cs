using System.Collections.Concurrent;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;

namespace DurableAgentTasks.Agents.Discovery;

/// <summary>
/// Finds the CLIs of agents, and their versions:
/// <list type="number">
/// <item>An absolute path is looked at alone.</item>
/// <item>A name is looked up on the <c>PATH</c>, then in the usual install folders.</item>
/// <item>Of an npm package whose start script runs a program, it is the program: a signal to the script would not reach it.</item>
/// <item>The version is asked once for each path, time of change and length.</item>
/// </list>
/// </summary>
/// <param name="data">Whose processes are started to ask for versions.</param>
/// <param name="places">Where CLIs are looked for.</param>
/// <param name="time">For the limit of <see cref="VersionCheck"/>.</param>
public sealed class AgentDiscovery(DataFolderId data, InstallPlaces places, TimeProvider time)
{
    private readonly VersionCheck _versions = new(data, time);
    private readonly ConcurrentDictionary<Key, Lazy<Task<VersionCheck.Answer>>> _known = [];

    /// <exception cref="IOException">The folder for temporary files cannot be written.</exception>
    public async Task<AgentBinary> FindAsync(ConfiguredAgent agent, CancellationToken cancellationToken)
    {
        // 1. and 2.
        var tried = places.Candidates(agent.Profile.Command, agent.Environment.GetValueOrDefault("PATH")).ToList();
        if (tried.Find(Executable.Is) is not { } found) return new AgentBinary.Missing(tried, HowToInstall(agent));

        // 3.
        var path = NativeBinary.Behind(found, agent.Profile.Package) ?? found;

        // 4.
        var answer = await AskVersionAsync(path, cancellationToken);
        return new AgentBinary.Found(path, answer.Version) { Problem = answer.Problem };
    }

    private async Task<VersionCheck.Answer> AskVersionAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
        var key = new Key(path, file.LastWriteTimeUtc, file.Length);
        var asked = _known.GetOrAdd(key, static (key, versions) => new(() => versions.AskAsync(key.Path)), _versions).Value;
        try
        {
            return await asked.WaitAsync(cancellationToken);
        }
        finally
        {
            // What did not answer may do so the next time.
            if (asked.IsFaulted || asked is { IsCompletedSuccessfully: true, Result.Version: null }) _known.TryRemove(key, out _);
        }
    }

    private static string HowToInstall(ConfiguredAgent agent)
    {
        var command = $"Agents:Profiles:{agent.Name}:Command";
        if (Path.IsPathFullyQualified(agent.Profile.Command)) return $"There is no executable file {agent.Profile.Command}; install it there, or correct {command}.";
        return agent.Profile.Package is { } package
            ? $"Run: npm install -g {package.Name}. If it is installed, write its absolute path into {command}."
            : $"Install '{agent.Profile.Command}', or write its absolute path into {command}.";
    }

    private readonly record struct Key(string Path, DateTime ChangedAt, long Length);
}
