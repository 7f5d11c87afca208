namespace DurableAgentTasks.Http.Tests.Hosting;

/// <summary>Tests that use so much memory that those that measure it must not run beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
