using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Contracts.ModelApi;

/// <summary>Anthropic's Messages API, streamed or not, with the tools of Claude Code.</summary>
internal static class AnthropicMessages
{
    public static Conversation Read(JsonNode body) => new(
        body["model"]!.GetValue<string>(),
        [.. body["messages"]!.AsArray().Select(message => ReadTurn(message!))],
        [.. (body["tools"] as JsonArray ?? []).Select(tool => tool!["name"]!.GetValue<string>())]);

    public static Task FailAsync(HttpContext context, int status)
    {
        var kind = status == 529 ? "overloaded_error" : "api_error";
        return context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["type"] = "error", ["error"] = new JsonObject { ["type"] = kind, ["message"] = $"The model failed with {status}." },
        });
    }

    public static Task AnswerAsync(HttpContext context, JsonNode body, Conversation conversation, ModelReply reply)
    {
        var block = Block(reply);
        return body["stream"]?.GetValue<bool>() == true
            ? StreamAsync(EventStream.Begin(context), conversation.Model, block)
            : context.Response.WriteAsJsonAsync(Message(conversation.Model, [block], StopReason(block)));
    }

    private static Turn ReadTurn(JsonNode message)
    {
        var isUser = message["role"]!.GetValue<string>() == "user";
        if (message["content"] is JsonValue text) return new Turn(isUser, text.GetValue<string>(), 0);
        var blocks = message["content"]!.AsArray().ToLookup(block => block!["type"]!.GetValue<string>());
        return new Turn(isUser, string.Join('\n', blocks["text"].Select(block => block!["text"]!.GetValue<string>())), blocks["tool_result"].Count());
    }

    private static JsonObject Block(ModelReply reply) => reply switch
    {
        ModelReply.Call call => ToolBlock(call.Use),
        ModelReply.Text text => new JsonObject { ["type"] = "text", ["text"] = text.Value },
        _ => throw new InvalidOperationException(reply.ToString()),
    };

    private static JsonObject ToolBlock(ToolUse use)
    {
        var (name, input) = use switch
        {
            ToolUse.Read read => ("Read", new JsonObject { ["file_path"] = read.File }),
            ToolUse.Edit edit => ("Edit", new JsonObject { ["file_path"] = edit.File, ["old_string"] = edit.From, ["new_string"] = edit.To }),
            ToolUse.Shell shell => ("Bash", new JsonObject { ["command"] = shell.Command, ["description"] = "Run it" }),
            _ => throw new InvalidOperationException(use.ToString()),
        };
        return new JsonObject { ["type"] = "tool_use", ["id"] = $"toolu_{Guid.NewGuid():N}", ["name"] = name, ["input"] = input };
    }

    private static async Task StreamAsync(EventStream events, string model, JsonObject block)
    {
        var isTool = block["input"] is not null;
        var begun = block.DeepClone().AsObject();
        begun[isTool ? "input" : "text"] = isTool ? new JsonObject() : "";
        var delta = isTool
            ? new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = block["input"]!.ToJsonString() }
            : new JsonObject { ["type"] = "text_delta", ["text"] = block["text"]!.GetValue<string>() };
        await events.SendAsync("message_start", new JsonObject { ["message"] = Message(model, [], stopReason: null) });
        await events.SendAsync("content_block_start", new JsonObject { ["index"] = 0, ["content_block"] = begun });
        await events.SendAsync("content_block_delta", new JsonObject { ["index"] = 0, ["delta"] = delta });
        await events.SendAsync("content_block_stop", new JsonObject { ["index"] = 0 });
        await events.SendAsync("message_delta", new JsonObject
        {
            ["delta"] = new JsonObject { ["stop_reason"] = StopReason(block), ["stop_sequence"] = null },
            ["usage"] = new JsonObject { ["output_tokens"] = 5 },
        });
        await events.SendAsync("message_stop", []);
    }

    private static string StopReason(JsonObject block) => block["input"] is null ? "end_turn" : "tool_use";

    private static JsonObject Message(string model, JsonArray content, string? stopReason) => new()
    {
        ["id"] = $"msg_{Guid.NewGuid():N}", ["type"] = "message", ["role"] = "assistant", ["model"] = model, ["content"] = content,
        ["stop_reason"] = stopReason, ["stop_sequence"] = null,
        ["usage"] = new JsonObject { ["input_tokens"] = 100, ["output_tokens"] = 5 },
    };
}
