using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class StreamAllTasks
{
    public static IResult Handle(AllTasksEvents tasks) => new EventResult(tasks.SendAsync);

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled(
            "StreamAllTasks",
            "The live state and progress of all tasks (server-sent events).",
            "Those that have not ended come first. No event has an id: who connects again is told anew where they stand.")
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
        .Refuses();
}
