using DurableAgentTasks.Agents.Discovery;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;

namespace DurableAgentTasks.Agents.Tests.Discovery;

/// <summary>A machine of one test: a home, a search path and programs that are shell scripts.</summary>
internal sealed class DiscoveryScope : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("dat-discovery-").FullName;
    private readonly Dictionary<string, string> _variables = [];

    public DiscoveryScope(TimeProvider? time = null)
    {
        _variables["PATH"] = PathOf("path");
        Discovery = new AgentDiscovery(DataFolderId.Of(_root), new InstallPlaces(PathOf("home"), _variables.GetValueOrDefault), time ?? TimeProvider.System);
    }

    public AgentDiscovery Discovery { get; }

    public string this[string variable]
    {
        set => _variables[variable] = value;
    }

    public static ConfiguredAgent Agent(AgentProfile profile, string? command = null) =>
        new() { Name = profile.Name, Profile = profile with { Command = command ?? profile.Command } };

    public string PathOf(string relative) => Path.Combine(_root, relative);

    public string Program(string relative, string script = "echo 1.2.3")
    {
        var path = PathOf(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public string Link(string relative, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(relative))!);
        return File.CreateSymbolicLink(PathOf(relative), target).FullName;
    }

    public Task<AgentBinary> FindAsync(AgentProfile profile, string? command = null) => Discovery.FindAsync(Agent(profile, command), CancellationToken.None);

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
