namespace DurableAgentTasks.Workspaces.Git;

/// <summary>
/// A command that takes its orders from its standard input, started before they are known: until then it starts up, and reads the index
/// if it needs that, beside whatever else runs. Disposed without an order, it ends and has done nothing.
/// </summary>
internal sealed class WaitingGit(GitRunner git, IReadOnlyList<string> arguments, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _input = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<(GitExit Exit, ReadOnlyMemory<byte> Output)>? _run;

    public WaitingGit Start()
    {
        _run = git.TryReadAsync(arguments, _input.Task, cancellationToken);
        return this;
    }

    /// <summary>To be called once.</summary>
    public Task<(GitExit Exit, ReadOnlyMemory<byte> Output)> GiveAsync(ReadOnlyMemory<byte> input)
    {
        _input.SetResult(input);
        return _run!;
    }

    public async ValueTask DisposeAsync()
    {
        _input.TrySetResult(default);
        await ((Task)_run!).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
