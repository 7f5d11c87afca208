using System.Diagnostics.CodeAnalysis;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Requests;

/// <summary>A valid request, or everything that is wrong with it.</summary>
/// <param name="Request"><see langword="null"/> if there are errors.</param>
/// <param name="Errors">Empty if there is a request.</param>
public sealed record TaskRequestReading(TaskRequest? Request, IReadOnlyList<RequestError> Errors)
{
    [MemberNotNullWhen(true, nameof(Request))]
    public bool IsValid => Request is not null;
}

/// <summary>A valid plan, or everything that is wrong with it.</summary>
/// <param name="Plan"><see langword="null"/> if there are errors.</param>
/// <param name="Errors">Empty if there is a plan.</param>
public sealed record PlanReading(Plan? Plan, IReadOnlyList<RequestError> Errors)
{
    [MemberNotNullWhen(true, nameof(Plan))]
    public bool IsValid => Plan is not null;
}
