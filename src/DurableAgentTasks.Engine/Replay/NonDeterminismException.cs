namespace DurableAgentTasks.Engine.Replay;

/// <summary>The orchestration's code no longer fits the history it is replayed over.</summary>
public sealed class NonDeterminismException(string message) : Exception(message)
{
    internal static NonDeterminismException At(string expected, string came) =>
        new($"The orchestration no longer fits its history: expected {expected}, but the code came with {came}. "
            + "Nothing was overwritten; run the version that wrote the history, or terminate the instance.");
}
