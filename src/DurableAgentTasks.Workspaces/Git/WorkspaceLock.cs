namespace DurableAgentTasks.Workspaces.Git;

/// <summary>One at a time works on a workspace, in this process and beside it; the system lets go when the holder ends.</summary>
internal sealed class WorkspaceLock(string file, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _here = new(1);

    public async Task<IDisposable> AcquireAsync(CancellationToken cancellationToken)
    {
        await _here.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    return new Held(new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), _here);
                }
                catch (IOException) when (File.Exists(file))
                {
                    await Task.Delay(Pause, time, cancellationToken);
                }
            }
        }
        catch
        {
            _here.Release();
            throw;
        }
    }

    public void Dispose() => _here.Dispose();

    private sealed class Held(FileStream stream, SemaphoreSlim here) : IDisposable
    {
        public void Dispose()
        {
            stream.Dispose();
            here.Release();
        }
    }
}
