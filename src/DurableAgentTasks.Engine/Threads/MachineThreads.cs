namespace DurableAgentTasks.Engine.Threads;

/// <summary>The thread pool, and a thread for each loop.</summary>
internal sealed class MachineThreads : IEngineThreads
{
    public static readonly MachineThreads Instance = new();

    public void Queue(IThreadPoolWorkItem work, bool preferLocal) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal);

    public Task Run(Action work) => Task.Run(work);

    public IEngineLoop StartLoop(string name, Func<bool> work)
    {
        var loop = new Loop(work);
        new Thread(loop.Run) { IsBackground = true, Name = name }.Start();
        return loop;
    }

    private sealed class Loop(Func<bool> work) : IEngineLoop
    {
        private readonly SemaphoreSlim _wake = new(0);

        public void Run()
        {
            while (work()) _wake.Wait();
        }

        public void Wake() => _wake.Release();

        public void Dispose() => _wake.Dispose();
    }
}
