namespace DurableAgentTasks.Workspaces.Git;

/// <summary>One at a time works on a workspace, in this process and beside it; the system lets go when the holder ends.</summary>
internal sealed class WorkspaceLock(string file, TimeProvider time) : IDisposable
{
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _here = new(1);

    /// <exception cref="IOException">The file cannot be had, whoever waits: such as on a disk that has become read-only.</exception>
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
                catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
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
