using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Contracts.ModelApi;

/// <summary>
/// The model APIs that Claude Code and Codex call, in this process on a free loopback port, answered by <see cref="ModelScript"/>.
/// No account, no network.
/// </summary>
public sealed class ModelApiServer : IAsyncDisposable
{
    private readonly WebApplication _server;

    private ModelApiServer(WebApplication server) => _server = server;

    /// <summary><c>http://127.0.0.1:port</c></summary>
    public string Url => _server.Urls.Single();

    public static async Task<ModelApiServer> StartAsync(CancellationToken cancellationToken)
    {
        var script = new ModelScript();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.MapPost("/v1/messages", (HttpContext context) => AnthropicAsync(context, script));
        server.MapPost("/v1/messages/count_tokens", () => Results.Json(new { input_tokens = 100 }));
        server.MapPost("/v1/responses", (HttpContext context) => OpenAiAsync(context, script));
        server.MapGet("/v1/models", () => Results.Json(new { @object = "list", data = Array.Empty<string>(), models = Array.Empty<string>() }));
        await server.StartAsync(cancellationToken);
        return new ModelApiServer(server);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
    }

    private static async Task AnthropicAsync(HttpContext context, ModelScript script)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var conversation = AnthropicMessages.Read(body);
        var reply = Reply(script, conversation);
        if (reply is ModelReply.Failure failure)
        {
            context.Response.StatusCode = failure.Status;
            await AnthropicMessages.FailAsync(context, failure.Status);
            return;
        }

        await AnthropicMessages.AnswerAsync(context, body, conversation, reply);
    }

    private static async Task OpenAiAsync(HttpContext context, ModelScript script)
    {
        var conversation = OpenAiResponses.Read((await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!);
        var reply = Reply(script, conversation);
        if (reply is ModelReply.Failure failure)
        {
            context.Response.StatusCode = failure.Status;
            await OpenAiResponses.FailAsync(context, failure.Status);
            return;
        }

        await OpenAiResponses.AnswerAsync(context, conversation, reply);
    }

    /// <summary>What offers no tools asks for a title or the like.</summary>
    private static ModelReply Reply(ModelScript script, Conversation conversation) =>
        conversation.Tools.Count == 0 ? new ModelReply.Text("A title") : script.Next(conversation);
}
