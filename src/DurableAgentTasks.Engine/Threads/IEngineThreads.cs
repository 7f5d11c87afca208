namespace DurableAgentTasks.Engine.Threads;

/// <summary>
/// What the engine's work runs on: the machine's threads, or, in a simulation, a single one that does one piece after the other, in an
/// order that can be repeated.
/// </summary>
internal interface IEngineThreads
{
    /// <summary>Runs it soon.</summary>
    /// <param name="work">What neither blocks nor takes long.</param>
    /// <param name="preferLocal">Whether it had best run on the thread that asks.</param>
    void Queue(IThreadPoolWorkItem work, bool preferLocal);

    /// <summary>Runs what blocks, such as on files.</summary>
    Task Run(Action work);

    /// <summary>A loop of its own.</summary>
    /// <param name="name">For debuggers.</param>
    /// <param name="work">Does all there is to do; <see langword="false"/> if there will never be more.</param>
    IEngineLoop StartLoop(string name, Func<bool> work);
}

/// <summary>Its work begins at once, and again after each <see cref="Wake"/>.</summary>
internal interface IEngineLoop : IDisposable
{
    void Wake();
}
