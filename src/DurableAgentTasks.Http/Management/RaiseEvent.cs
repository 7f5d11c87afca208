using System.Text.Json;
using System.Text.Json.Nodes;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Management;

internal static class RaiseEvent
{
    private const int MaxName = 100;

    private static readonly HashSet<string> OfOperators = new(StringComparer.OrdinalIgnoreCase)
    {
        OperatorEvents.Cancel, OperatorEvents.Pause, OperatorEvents.Resume, OperatorEvents.Extend, OperatorEvents.Checkpoint, OperatorEvents.Approve,
        OperatorEvents.Reject,
    };

    public static async Task<IResult> HandleAsync(string id, string eventName, HttpContext context, ITaskClient client, CancellationToken cancellationToken)
    {
        if (eventName.Length > MaxName || eventName.Any(char.IsControl))
        {
            return Refusal.InvalidParameters([new("eventName", $"must be 1 to {MaxName} characters, none of them a control character.")]);
        }

        var body = await JsonBody.ReadAsync(context.Request, JsonBody.MaxOperatorBytes, optional: true);
        if (body.Refused is { } refused) return refused.Problem.Status == StatusCodes.Status415UnsupportedMediaType ? Refusal.EventNotJson() : refused;
        if (!InstanceId.CanBe(id)) return Refusal.InstanceNotFound();
        var payload = OfOperators.Contains(eventName) ? Signed(body.Json, Caller.Of(context))
            : body.Json.ValueKind == JsonValueKind.Undefined ? null
            : body.Json.GetRawText();
        return SignalInstance.Answer(await client.RaiseEventAsync(id, eventName, payload, cancellationToken));
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("RaiseEvent", "Sends an external event to a task.", "Those called pause, resume, cancel and so on do what the operations of that name do; who sent them is the key's name, whatever they say.")
        .Body()
        .Produces(StatusCodes.Status202Accepted)
        .Refuses(400, 404, 410, 413);

    /// <summary>What an operator says, under the name of their key: nobody acts in another's name.</summary>
    private static string Signed(JsonElement said, Caller caller)
    {
        var command = new JsonObject { ["by"] = caller.Name };
        if (said.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in said.EnumerateObject().Where(field => !field.NameEquals("by"))) command[field.Name] = JsonNode.Parse(field.Value.GetRawText());
        }

        return command.ToJsonString();
    }
}
