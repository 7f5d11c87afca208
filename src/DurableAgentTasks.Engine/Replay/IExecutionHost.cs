using DurableAgentTasks.Engine.History;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Replay;

/// <summary>What an execution needs of the instance it belongs to.</summary>
internal interface IExecutionHost
{
    /// <summary>Adds a new decision to the history.</summary>
    void Record(HistoryEvent decision);

    void TimerCancelled(int number);

    /// <summary>Asks for a look at the execution although nothing came in.</summary>
    void Wake();

    ILogger CreateLogger(string category);
}

/// <summary>How a generation ended.</summary>
internal abstract record ExecutionEnd
{
    private ExecutionEnd()
    {
    }

    public sealed record Returned(byte[]? Output) : ExecutionEnd;

    public sealed record Failed(Exception Error) : ExecutionEnd;

    public sealed record Continued(byte[]? Input) : ExecutionEnd;
}
