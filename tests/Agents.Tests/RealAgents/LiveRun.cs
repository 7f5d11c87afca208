using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;

namespace DurableAgentTasks.Agents.Tests.RealAgents;

/// <summary>A run that is read while it goes on.</summary>
internal sealed class LiveRun
{
    private readonly TaskCompletionSource _toolCalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<AgentEvent> _events = [];
    private readonly AgentRun _run;
    private readonly AgentEventReader _reader;
    private readonly Task _tail;

    public LiveRun(SupervisedProcess process, AgentProfile profile, AgentRequest request)
    {
        Process = process;
        _run = new AgentRun(profile, request, TimeProvider.System);
        _reader = new AgentEventReader(profile, 0, Add);
        _tail = new OutputTail(OutputStream.StandardOutput, process.Folder.StandardOutput, 0, ReceiveAsync, TimeProvider.System)
            .RunAsync(process.Completion, CancellationToken.None);
    }

    public SupervisedProcess Process { get; }

    /// <summary>Fails if it ended without one.</summary>
    public Task ToolCalled => _toolCalled.Task;

    public IReadOnlyList<AgentEvent> Events => _events;

    public string? SessionId => _run.SessionId;

    /// <summary>Until it has ended and all is read.</summary>
    public async Task<AgentVerdict> JudgeAsync()
    {
        var exit = await Process.Completion;
        await _tail;
        var error = await File.ReadAllTextAsync(Process.Folder.StandardError);
        return _run.Judge(new AgentRunEnd(exit.ExitCode, error, _reader.BrokenTail));
    }

    private ValueTask ReceiveAsync(OutputStream stream, ReadOnlyMemory<byte> chunk, long offsetAfter, bool end, CancellationToken cancellationToken)
    {
        _reader.Append(chunk.Span);
        if (!end) return ValueTask.CompletedTask;
        _reader.Complete();
        _toolCalled.TrySetException(new InvalidOperationException($"No tool was called: {string.Join('\n', _events)}"));
        return ValueTask.CompletedTask;
    }

    private void Add(RawAgentEvent raw)
    {
        var read = raw.ToEvent();
        _events.Add(read);
        _run.Add(raw);
        if (read.Kind == AgentEventKind.ToolCall) _toolCalled.TrySetResult();
    }
}
