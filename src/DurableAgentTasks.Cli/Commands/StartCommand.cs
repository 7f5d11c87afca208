using System.CommandLine;
using System.Text.Json;
using DurableAgentTasks.Cli.Output;
using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Cli.Commands;

internal static class StartCommand
{
    private const string Description = "Start a task. Prints its id; with --follow its log too, and ends when it does: with 0 if all of it was done, else with 1.";

    public static Command Create(HostOptions host)
    {
        var options = new StartOptions();
        var follow = new Option<bool>("--follow", "-f") { Description = "Print the log until the task ends." };
        var key = new Option<string?>("--idempotency-key") { Description = "What to call this start by, so that sending it again starts nothing more.", HelpName = "key" };
        var command = new Command("start", Description) { follow, key };
        options.AddTo(command);
        return host.Run(command, async (session, parse, cancellationToken) =>
        {
            var task = await StartAsync(session, options.Read(parse), parse.GetValue(key), cancellationToken);
            var id = task.GetProperty("id").GetString()!;
            if (!parse.GetValue(follow))
            {
                if (session.Json) session.WriteJson(task);
                else session.WriteLine(id);
                return ExitCode.Done;
            }

            session.Say(id);
            return await new FollowedTask(session, timestamps: false).FollowAsync(id, cancellationToken);
        });
    }

    private static Task<JsonElement> StartAsync(Session session, StartRequest body, string? key, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "api/tasks")
        {
            Content = System.Net.Http.Json.JsonContent.Create(body, options: TaskJson.Options),
        };
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return session.Api.SendAsync(request, cancellationToken);
    }
}
