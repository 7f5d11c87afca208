using System.Text;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>A run of an agent, as a process.</summary>
public static class AgentLaunch
{
    private const int SummaryLength = 120;

    /// <summary>
    /// The process. Its environment is what the CLI needs to be supervised well, then the operator's. A prompt that is too long for an
    /// argument goes by standard input where the CLI reads it there, see <see cref="Refuse"/>.
    /// </summary>
    /// <param name="agent">Which agent.</param>
    /// <param name="binary">Where it is: <see cref="Discovery.AgentBinary.Found"/>.</param>
    /// <param name="request">What is asked of it. Model, arguments and working directory are filled in here.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="folder">The folder of this run.</param>
    /// <param name="tag">The tag of this run.</param>
    /// <exception cref="InvalidOperationException">The request is to resume a session, and names none or the CLI cannot.</exception>
    public static ProcessSpec ToSpec(
        ConfiguredAgent agent, string binary, AgentRequest request, string workingDirectory, RunFolder folder, RunTag tag)
    {
        var line = AgentCommandLine.Of(agent.Profile, Complete(agent, request, workingDirectory));
        var environment = new Dictionary<string, string?>();
        foreach (var (name, value) in agent.Profile.Environment.Concat(agent.Environment)) environment[name] = value;
        if (Discovery.SearchPath.WithNodeBeside(binary, environment.GetValueOrDefault("PATH")) is { } path) environment["PATH"] = path;
        return new ProcessSpec
        {
            FileName = binary,
            Arguments = line.Arguments,
            StandardInput = line.StandardInput,
            WorkingDirectory = workingDirectory,
            Environment = environment,
            Folder = folder,
            Tag = tag,
            Interrupt = agent.Profile.Interrupt,
            Summary = Summarise(agent, request),
        };
    }

    /// <summary>Why the prompt cannot be given to the agent; <see langword="null"/> if it can.</summary>
    public static ProcessStart.Refused? Refuse(ConfiguredAgent agent, AgentRequest request)
    {
        if (request.Prompt.Contains('\0'))
            return new ProcessStart.Refused(StartRefusal.InvalidText, "The prompt contains a NUL character, which no process can be given; remove it.");
        if (agent.Profile.PromptFromInput is not null || AgentCommandLine.FitsArgument(request.Prompt)) return null;
        return new ProcessStart.Refused(
            StartRefusal.TooLong,
            $"The prompt of {Encoding.UTF8.GetByteCount(request.Prompt):N0} bytes is too long for agent '{agent.Name}', which takes it as an argument "
            + $"({LaunchCheck.LongestArgument:N0} bytes, and on Windows one line); put it into a file of the workspace and name that, "
            + $"or set Agents:Profiles:{agent.Name}:PromptFromInput if the CLI reads its standard input.");
    }

    private static AgentRequest Complete(ConfiguredAgent agent, AgentRequest request, string workingDirectory) => request with
    {
        Model = request.Model ?? agent.Model,
        Arguments = [.. agent.Arguments, .. request.Arguments],
        WorkingDirectory = workingDirectory,
    };

    /// <summary>Without the operator's arguments, which may hold secrets.</summary>
    private static string Summarise(ConfiguredAgent agent, AgentRequest request)
    {
        var prompt = request.Prompt.Length > SummaryLength ? $"{request.Prompt[..SummaryLength]}…" : request.Prompt;
        return request.Resume ? $"{agent.Name} (session {request.SessionId}): {prompt}" : $"{agent.Name}: {prompt}";
    }
}
