using System.Security.Cryptography;
using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DurableAgentTasks.Http.Status;

/// <summary>Tasks as the API shows them.</summary>
internal static class TaskViews
{
    public static TaskView Of(TaskRecord task, DateTimeOffset now, HttpRequest request) =>
        TaskView.Of(task, now) with { Links = LinksOf(task, request.PathBase) };

    public static string PathOf(TaskId id, PathString pathBase) => $"{pathBase}/api/tasks/{id}";

    /// <summary>Another one after every change of what is stored; times that are reckoned at reading do not count, so it is a weak one.</summary>
    public static EntityTagHeaderValue ETagOf(TaskRecord task)
    {
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(task, TaskJson.Options));
        return new($"\"{Convert.ToHexStringLower(hash.AsSpan(0, 16))}\"", isWeak: true);
    }

    private static Dictionary<string, string> LinksOf(TaskRecord task, PathString pathBase)
    {
        var self = PathOf(task.Id, pathBase);
        Dictionary<string, string> links = new()
        {
            ["self"] = self, ["timeline"] = $"{self}/timeline", ["logs"] = $"{self}/logs", ["events"] = $"{self}/events",
            ["alive"] = $"{self}/alive", ["checkpoints"] = $"{self}/checkpoints",
        };
        if (TaskLifecycle.CanPause(task.State)) links["pause"] = $"{self}/pause";
        if (Approvals.WaitingStep(task) is not null) (links["approve"], links["reject"]) = ($"{self}/approve", $"{self}/reject");
        else if (TaskLifecycle.CanResume(task.State)) links["resume"] = $"{self}/resume";
        if (TaskLifecycle.CanCancel(task.State)) links["cancel"] = $"{self}/cancel";
        return links;
    }
}
