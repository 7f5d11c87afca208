using DurableAgentTasks.Core.Requests;

namespace DurableAgentTasks.Cli.Api;

/// <summary>Why the host refused a request.</summary>
/// <param name="Title">What to do.</param>
/// <param name="Detail">More about this time.</param>
/// <param name="Code">For programs, such as <see cref="KeyMissing"/>.</param>
/// <param name="Errors">What is wrong with which field.</param>
internal sealed record ApiProblem(string Title, string? Detail, string? Code, IReadOnlyList<RequestError>? Errors)
{
    public const string KeyMissing = "key_missing";
}
