using System.Diagnostics;
using System.Text.Json;
using DurableAgentTasks.Activities;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Logs;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Benchmarks.Agents;

/// <summary>
/// The activities as a host runs them, on a data folder of their own, with an agent that is spoken to as Claude Code is and prints the
/// file it is told to.
/// </summary>
internal sealed class AgentHost : IAsyncDisposable
{
    private const string Script =
        """
        #!/bin/sh
        case $1 in
            --version) echo '2.1.197 (Claude Code)' ;;
            *) exec cat "$STREAM" ;;
        esac

        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _workspace;
    private readonly ServiceProvider _services;

    public AgentHost(string folder)
    {
        Agent = Path.Combine(folder, "agent");
        _workspace = Directory.CreateDirectory(Path.Combine(folder, "workspace")).FullName;
        File.WriteAllText(Agent, Script);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Agent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var data = Path.Combine(folder, "data");
        var options = new AgentOptions { Profiles = { ["claude"] = new AgentProfileOptions { Command = Agent } } };
        var agents = AgentCatalog.Create(options).Catalog!;
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<IBlobStore>(new FileBlobStore(Path.Combine(data, "blobs"), TimeProvider.System))
            .AddSingleton(new StepRuns(data))
            .AddSingleton<ITaskClient>(new ScriptedEngine())
            .AddSingleton(options)
            .AddSingleton(agents)
            .AddSingleton(provider => new TaskAdmission(
                new TaskRequestRules { Agents = agents.Names }, provider.GetRequiredService<TaskChecks>().Of))
            .AddTaskActivities()
            .BuildServiceProvider();
    }

    /// <summary>The agent's program.</summary>
    public string Agent { get; }

    private StepRunner Runner => _services.GetRequiredService<StepRunner>();

    /// <summary>Runs a task whose only step is the agent, and fails if it did not succeed or its log has not exactly so many lines.</summary>
    public async Task RunAsync(string task, string stream, long lines)
    {
        await PrepareAsync(task, stream);
        StepOutcome outcome;
        do outcome = await Runner.RunAsync(new RunStep(task, "1.1", 1), CancellationToken.None);
        while (outcome.Ending == StepEnding.StillRunning);
        if (outcome.Ending != StepEnding.Succeeded) throw new InvalidOperationException(outcome.ToString());
        var log = new TaskLogReader(_services.GetRequiredService<IBlobStore>(), TaskId.Parse(task));
        var last = (await log.ReadTailAsync(1, null, CancellationToken.None)).Lines.Single();
        if (last.Seq != lines || !last.Text.StartsWith("{\"type\":\"result\"", StringComparison.Ordinal))
            throw new InvalidOperationException($"The log ends with line {last.Seq:N0} of {lines:N0}.");
    }

    /// <summary>How long it takes from the call that runs the step until followers are told that there is a line in the log.</summary>
    public async Task<TimeSpan> FirstLineAsync(string task, string stream)
    {
        await PrepareAsync(task, stream);
        using var watch = _services.GetRequiredService<TaskSignals>().Watch(TaskId.Parse(task));
        var time = Stopwatch.StartNew();
        var step = Runner.RunAsync(new RunStep(task, "1.1", 1), CancellationToken.None);
        TaskSignal seen;
        do seen = (await watch.WaitAsync(Patience, TimeProvider.System, CancellationToken.None)).GetValueOrDefault(TaskId.Parse(task));
        while (!seen.HasFlag(TaskSignal.Log));
        var elapsed = time.Elapsed;
        await step;
        return elapsed;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task PrepareAsync(string task, string stream)
    {
        var body = JsonSerializer.SerializeToElement(new
        {
            agent = "claude",
            sessionId = ClaudeStream.Session,
            workspace = new { path = _workspace },
            environment = new { STREAM = stream },
            plan = new { phases = new[] { new { title = "All", steps = new[] { new { title = "Step", kind = "agent", prompt = "Go on." } } } } },
        });
        var prepared = await _services.GetRequiredService<TaskPreparation>()
            .PrepareAsync(new PrepareTask(task, body, DateTimeOffset.UtcNow), CancellationToken.None);
        if (prepared.Errors.Count > 0) throw new InvalidOperationException(string.Join("\n", prepared.Errors));
    }
}
