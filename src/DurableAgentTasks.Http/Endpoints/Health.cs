using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Readiness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

/// <summary>Whether the service runs.</summary>
/// <param name="Status"><c>ok</c>.</param>
public sealed record HealthView(string Status);

/// <summary>Whether the service can do its work.</summary>
/// <param name="Status"><c>ready</c> or <c>unavailable</c>.</param>
/// <param name="Checks">What it needs.</param>
/// <param name="Agents">The configured agents: one that is missing keeps its own tasks from running, and nothing else. <see langword="null"/> if they could not be looked for.</param>
/// <param name="Tools">Programs of the machine: one that is missing keeps what needs it from running, and nothing else.</param>
public sealed record ReadinessView(string Status, IReadOnlyList<ReadinessCheckView> Checks, IReadOnlyList<AgentStatus>? Agents, IReadOnlyList<ToolStatus> Tools);

/// <param name="Name">Such as <c>storage</c>.</param>
/// <param name="Ready">Whether it is there.</param>
/// <param name="Missing">Why it is not, and what to do.</param>
public sealed record ReadinessCheckView(string Name, bool Ready, string? Missing);

internal static class Health
{
    public static IResult Alive() => Answer.Json(new HealthView("ok"));

    public static async Task<IResult> ReadyAsync(ReadinessChecks checks, CancellationToken cancellationToken)
    {
        var listing = checks.ListAgentsAsync(cancellationToken);
        var looking = checks.ListToolsAsync(cancellationToken);
        var results = await checks.RunAsync(cancellationToken);
        var ready = results.All(check => check.Ready);
        return Answer.Json(
            new ReadinessView(ready ? "ready" : "unavailable", results, await listing, await looking),
            ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    public static void DescribeAlive(RouteHandlerBuilder endpoint) => endpoint
        .Titled("Alive", "Whether the service runs.", "It asks for no key.")
        .Produces<HealthView>()
        .Refuses();

    public static void DescribeReady(RouteHandlerBuilder endpoint) => endpoint
        .Titled("Ready", "Whether the service can do its work, which agents and tools it has, and what is missing.")
        .Produces<ReadinessView>()
        .Produces<ReadinessView>(StatusCodes.Status503ServiceUnavailable)
        .Refuses();
}
