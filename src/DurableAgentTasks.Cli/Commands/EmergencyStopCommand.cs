using System.CommandLine;
using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Cli.Commands;

internal static class EmergencyStopCommand
{
    public static Command Create(HostOptions host)
    {
        var reason = TaskArgument.Reason();
        var command = new Command("emergency-stop", "End everything that runs on the host at once, and pause its tasks. It does not ask.") { reason };
        return host.Run(command, async (session, parse, cancellationToken) =>
        {
            var body = parse.GetValue(reason) is { } why ? new Dictionary<string, string> { ["reason"] = why } : [];
            var answer = await session.Api.PostAsync("api/emergency-stop", body, cancellationToken);
            if (session.Json)
            {
                session.WriteJson(answer);
                return ExitCode.Done;
            }

            foreach (var step in answer.GetProperty("stopped").EnumerateArray())
            {
                session.WriteLine($"Ended step {step.GetProperty("stepId").GetString()} of task {step.GetProperty("taskId").GetString()}.");
            }

            _ = Duration.TryParse(answer.GetProperty("took").GetString(), out var took);
            session.WriteLine($"Steps ended: {answer.GetProperty("stopped").GetArrayLength()}, in {took.TotalSeconds:F1} s. Tasks that wait for an operator: {answer.GetProperty("paused").GetArrayLength()}.");
            return ExitCode.Done;
        });
    }
}
