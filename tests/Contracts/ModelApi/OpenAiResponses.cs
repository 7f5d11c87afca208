using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Contracts.ModelApi;

/// <summary>OpenAI's Responses API, streamed, with the shell tool of Codex under whichever name it offers it.</summary>
internal static class OpenAiResponses
{
    public static Conversation Read(JsonNode body) => new(
        body["model"]!.GetValue<string>(),
        [.. body["input"]!.AsArray().Select(item => ReadTurn(item!))],
        [.. (body["tools"] as JsonArray ?? []).Select(tool => (tool!["name"] ?? tool["type"])!.GetValue<string>())]);

    public static Task FailAsync(HttpContext context, int status) => context.Response.WriteAsJsonAsync(new JsonObject
    {
        ["error"] = new JsonObject { ["type"] = "server_error", ["message"] = $"The model failed with {status}." },
    });

    public static async Task AnswerAsync(HttpContext context, Conversation conversation, ModelReply reply)
    {
        var events = EventStream.Begin(context);
        var item = reply switch
        {
            ModelReply.Call call => Call(call.Use, conversation.Tools),
            ModelReply.Text text => Message(text.Value),
            _ => throw new InvalidOperationException(reply.ToString()),
        };
        await events.SendAsync("response.created", new JsonObject { ["response"] = Response(conversation.Model, "in_progress") });
        await events.SendAsync("response.output_item.added", new JsonObject { ["output_index"] = 0, ["item"] = item.DeepClone() });
        await events.SendAsync("response.output_item.done", new JsonObject { ["output_index"] = 0, ["item"] = item });
        var response = Response(conversation.Model, "completed");
        response["usage"] = new JsonObject
        {
            ["input_tokens"] = 100, ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
            ["output_tokens"] = 5, ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 }, ["total_tokens"] = 105,
        };
        await events.SendAsync("response.completed", new JsonObject { ["response"] = response });
    }

    private static Turn ReadTurn(JsonNode item)
    {
        if (item["type"]?.GetValue<string>().EndsWith("_output", StringComparison.Ordinal) == true) return new Turn(IsUser: false, "", ToolResults: 1);
        var texts = (item["content"] as JsonArray ?? []).Select(part => part!["text"]?.GetValue<string>());
        return new Turn(item["role"]?.GetValue<string>() == "user", string.Join('\n', texts), 0);
    }

    private static JsonObject Message(string text) => new()
    {
        ["type"] = "message", ["id"] = $"msg_{Guid.NewGuid():N}", ["role"] = "assistant", ["status"] = "completed",
        ["content"] = new JsonArray(new JsonObject { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray() }),
    };

    private static JsonObject Call(ToolUse use, IReadOnlyList<string> tools)
    {
        var command = use switch
        {
            ToolUse.Read read => $"cat {read.File}",
            ToolUse.Edit edit => $"sed -i s/{edit.From}/{edit.To}/ {edit.File}",
            ToolUse.Shell shell => shell.Command,
            _ => throw new InvalidOperationException(use.ToString()),
        };
        var arguments = tools.Contains("exec_command")
            ? new JsonObject { ["cmd"] = command, ["yield_time_ms"] = 30_000 }
            : tools.Contains("shell_command") ? new JsonObject { ["command"] = command } : new JsonObject { ["command"] = new JsonArray("sh", "-c", command) };
        return new JsonObject
        {
            ["type"] = "function_call", ["id"] = $"fc_{Guid.NewGuid():N}", ["call_id"] = $"call_{Guid.NewGuid():N}",
            ["name"] = tools.FirstOrDefault(tool => tool is "exec_command" or "shell_command") ?? "shell",
            ["arguments"] = arguments.ToJsonString(), ["status"] = "completed",
        };
    }

    private static JsonObject Response(string model, string status) => new()
    {
        ["id"] = $"resp_{Guid.NewGuid():N}", ["object"] = "response", ["created_at"] = 1, ["status"] = status, ["model"] = model,
        ["output"] = new JsonArray(),
    };
}
