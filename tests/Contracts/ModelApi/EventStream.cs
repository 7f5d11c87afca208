using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Contracts.ModelApi;

/// <summary>Server-sent events, each flushed at once.</summary>
internal sealed class EventStream(HttpContext context)
{
    public static EventStream Begin(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        return new EventStream(context);
    }

    public async Task SendAsync(string type, JsonObject data)
    {
        data.Insert(0, "type", type);
        await context.Response.WriteAsync($"event: {type}\ndata: {data.ToJsonString()}\n\n", Encoding.UTF8, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
