using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Problems;

namespace DurableAgentTasks.Http.Operating;

/// <summary>What is done about what an operator asks.</summary>
/// <param name="Tell">What its orchestration is told; <see langword="null"/>: nothing.</param>
/// <param name="Refused">Why it is not done; <see langword="null"/> if it is, or is in effect already.</param>
internal sealed record Ruling(OperatorCommand? Tell, ProblemResult? Refused)
{
    public static readonly Ruling InEffect = new(Tell: null, Refused: null);

    public static Ruling Do(OperatorCommand command) => new(command, Refused: null);

    public static Ruling Refuse(ProblemResult refusal) => new(Tell: null, refusal);

    /// <summary>A field of the body is at fault.</summary>
    public static Ruling Refuse(OperatorField field, string message) => Refuse(Refusal.InvalidBody([new(field.Name, message)]));
}
