namespace DurableAgentTasks.Http.Readiness;

/// <summary>One thing the service needs to do its work; a host registers its own beside those of the API.</summary>
/// <param name="Name">Such as <c>engine</c>.</param>
/// <param name="CheckAsync">Why it is not ready and what to do, without secrets; <see langword="null"/> if it is. An exception says not ready too.</param>
public sealed record ReadinessCheck(string Name, Func<CancellationToken, Task<string?>> CheckAsync);
