namespace DurableAgentTasks.Http.Readiness;

/// <summary>A program of the machine that some of the work needs: without it the rest goes on, so that it makes no host unready.</summary>
/// <param name="Name">Such as <c>git</c>.</param>
/// <param name="LookAsync">Looks for it. An exception says that it is not there too.</param>
public sealed record ToolCheck(string Name, Func<CancellationToken, Task<ToolStatus>> LookAsync);

/// <param name="Name">Such as <c>git</c>.</param>
/// <param name="Found">Whether it is there and can be used.</param>
/// <param name="Version">As the program says it.</param>
/// <param name="Missing">Why it cannot be used, what does not work without it, and what to do.</param>
public sealed record ToolStatus(string Name, bool Found, string? Version, string? Missing);
