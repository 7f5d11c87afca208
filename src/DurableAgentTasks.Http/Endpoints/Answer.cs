using DurableAgentTasks.Core.Json;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

/// <summary>Answers with a body.</summary>
internal static class Answer
{
    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) =>
        Results.Json(value, TaskJson.Options, statusCode: status);
}
