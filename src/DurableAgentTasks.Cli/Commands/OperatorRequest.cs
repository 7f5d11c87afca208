using System.Text.Json;
using DurableAgentTasks.Cli.Api;

namespace DurableAgentTasks.Cli.Commands;

/// <summary>Asks a task for something: the body has what was given, and the answer is where the task stands.</summary>
internal static class OperatorRequest
{
    /// <param name="session">The host.</param>
    /// <param name="id">Which task.</param>
    /// <param name="verb">Such as <c>pause</c>, the end of the address.</param>
    /// <param name="fields">Of the body; those without a value are left out.</param>
    /// <param name="done">What to say then, such as <c>is being cancelled</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<int> SendAsync(
        Session session, string id, string verb, IEnumerable<(string Name, string? Value)> fields, string done, CancellationToken cancellationToken)
    {
        var body = fields.Where(field => field.Value is not null).ToDictionary(field => field.Name, field => field.Value);
        var task = await session.Api.PostAsync($"{TaskApiClient.PathOf(id)}/{verb}", body, cancellationToken);
        Print(session, task, $"Task {id} {done}.");
        return ExitCode.Done;
    }

    public static void Print(Session session, JsonElement answer, string text)
    {
        if (session.Json) session.WriteJson(answer);
        else session.WriteLine(text);
    }
}
