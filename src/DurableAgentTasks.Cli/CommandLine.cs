using System.CommandLine;
using System.CommandLine.Invocation;
using DurableAgentTasks.Cli.Commands;

namespace DurableAgentTasks.Cli;

/// <summary>The whole command line: what there is, and how a run of it ends.</summary>
internal static class CommandLine
{
    private const string Description = """
        Starts, watches and leads long tasks of AI coding agents on a DurableAgentTasks host.

        Exit codes: 0 done; 1 refused, failed, or something is missing; 2 wrong command line; 3 no host answers; 130 interrupted.
        """;

    /// <param name="args">As the program got them.</param>
    /// <param name="output">For what was asked for.</param>
    /// <param name="error">For everything else.</param>
    /// <param name="handler">Answers requests in place of the network, if given.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, HttpMessageHandler? handler)
    {
        var parse = Create(handler).Parse(args);
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
        try
        {
            if (parse.Action is not ParseErrorAction mistake) return await parse.InvokeAsync(configuration);
            mistake.ShowHelp = false;
            await parse.InvokeAsync(configuration);
            return ExitCode.Usage;
        }
        catch (CommandFailedException failure)
        {
            await error.WriteLineAsync($"dat: {failure.Message}");
            foreach (var field in failure.Errors) await error.WriteLineAsync($"  {field.Path}: {field.Message}");
            return failure.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static RootCommand Create(HttpMessageHandler? handler)
    {
        var host = new HostOptions(handler);
        return new RootCommand(Description)
        {
            host.Url, host.Key, host.Json,
            StartCommand.Create(host), ListCommand.Create(host), ShowCommand.Create(host), LogsCommand.Create(host), TimelineCommand.Create(host),
            PauseCommand.Create(host), ResumeCommand.Create(host), CancelCommand.Create(host), ExtendCommand.Create(host),
            JudgeCommand.CreateApprove(host), JudgeCommand.CreateReject(host), CheckpointCommand.Create(host), CheckpointsCommand.Create(host),
            PatchCommand.Create(host), DeleteCommand.Create(host),
            EmergencyStopCommand.Create(host), DoctorCommand.Create(host),
        };
    }
}
