using System.Collections.Concurrent;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Contracts.Durable;

/// <summary>The activities of <see cref="ContractProgram"/>. They heed no stop signal, so that a late result can be told from none.</summary>
public sealed class ContractActivities
{
    public static readonly Activity<string, string> Echo = new("ContractEcho");
    public static readonly Activity<int, int> Twice = new("ContractTwice");
    public static readonly Activity<string, string> Fail = new("ContractFail");
    public static readonly Activity<string, string> Note = new("ContractNote");
    public static readonly Activity<string, string> Hold = new("ContractHold");

    private readonly ConcurrentQueue<string> _notes = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _noted = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _released = [];

    /// <summary>What was given to <see cref="Note"/> and <see cref="Hold"/>, once for each run.</summary>
    public IReadOnlyList<string> Notes => [.. _notes];

    public static Task<string> EchoAsync(string text) => Task.FromResult(text);

    public static Task<int> TwiceAsync(int number) => Task.FromResult(2 * number);

    public static Task<string> FailAsync(string message) => throw new InvalidOperationException(message);

    public Task<string> NoteAsync(string text)
    {
        _notes.Enqueue(text);
        Signal(_noted, text).TrySetResult();
        return Task.FromResult(text);
    }

    public async Task<string> HoldAsync(string key)
    {
        _notes.Enqueue(key);
        Signal(_held, key).TrySetResult();
        await Signal(_released, key).Task;
        return key;
    }

    /// <summary>Completes when <see cref="Note"/> has run with this text.</summary>
    public Task NotedAsync(string text) => Signal(_noted, text).Task;

    /// <summary>Completes when a run of <see cref="Hold"/> waits for this key.</summary>
    public Task HeldAsync(string key) => Signal(_held, key).Task;

    /// <summary>Lets every run of <see cref="Hold"/> with this key return, now and later.</summary>
    public void Release(string key) => Signal(_released, key).TrySetResult();

    /// <summary>Makes <see cref="HeldAsync"/> wait for a new run.</summary>
    public void ForgetHeld(string key) => _held.TryRemove(key, out _);

    private static TaskCompletionSource Signal(ConcurrentDictionary<string, TaskCompletionSource> signals, string key) =>
        signals.GetOrAdd(key, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
