using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Checkpoints;
using DurableAgentTasks.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

/// <summary>Answers with a body.</summary>
internal static class Answer
{
    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) =>
        Results.Json(value, TaskJson.Options, statusCode: status);

    /// <param name="read">Disposed once it is sent.</param>
    /// <param name="task">Whose it is.</param>
    /// <param name="type">The content type.</param>
    /// <param name="name">What browsers save it as; <see langword="null"/>: they show it.</param>
    public static IResult Files(FilesRead read, TaskId task, string type, string? name = null) =>
        read.Content is { } content ? Results.Stream(content, type, name) : Refusal.FilesUnavailable(task, read.Problem ?? "");
}
