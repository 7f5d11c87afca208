using System.Collections.Concurrent;
using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Engine.Tests.Properties;

/// <summary>Runs a plan: starts the workflows, raises their events, and at each crash cuts the journal and opens it again.</summary>
internal sealed class CrashRun(CrashPlan plan) : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ConcurrentDictionary<RandomWorkflow.Call, int> _runs = [];
    private readonly List<KeyValuePair<RandomWorkflow.Call, int>> _recorded = [];
    private JournalTail _acknowledged = new();
    private DurableEngine _engine = null!;

    public int BytesCut { get; private set; }

    public async Task RunAsync()
    {
        _engine = Open();
        await _engine.ContinueAsync(default);
        for (var i = 0; i < plan.Workflows.Count; i++)
        {
            var input = JsonSerializer.Serialize(new RandomWorkflow.State(plan.Workflows[i].Steps, 0, ""), TaskJson.Options);
            Assert.Equal(StartOutcome.Started, await _engine.Client.StartAsync("program", Id(i), input, default));
        }

        _acknowledged = JournalTail.Of(_folder.Path);
        await RaiseAllAsync();
        for (var i = 0; i < plan.Workflows.Count; i++)
        {
            var ended = await EndAsync(i);
            Assert.Equal((Id(i), RuntimeStatus.Completed, null), (ended!.InstanceId, ended.Status, ended.Failure));
            Assert.Equal(plan.Workflows[i].Expected(), JsonSerializer.Deserialize<string>(ended.Output!));
        }

        await _engine.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    private async Task<OrchestrationInstance?> EndAsync(int workflow)
    {
        try
        {
            return await _engine.Client.WaitAsync(Id(workflow), default).WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (TimeoutException error)
        {
            var history = await _engine.Client.GetHistoryAsync(Id(workflow), default);
            throw new TimeoutException($"{Id(workflow)} does not end:\n{string.Join('\n', history)}", error);
        }
    }

    private async Task RaiseAllAsync()
    {
        var crashes = new Queue<(int After, int Cut)>(plan.Crashes);
        var raised = 0;
        foreach (var (instance, name, value) in Raises())
        {
            while (crashes.TryPeek(out var crash) && crash.After <= raised) await CrashAsync(crashes.Dequeue().Cut);
            var outcome = await _engine.Client.RaiseEventAsync(Id(instance), RandomWorkflow.EventNames[name], $"{value}", default);
            Assert.Equal(OperationOutcome.Accepted, outcome);
            raised++;

            // Read only when a cut comes next: it costs more than the event.
            if (crashes.TryPeek(out var next) && next.After <= raised) _acknowledged = JournalTail.Of(_folder.Path);
        }

        _acknowledged = JournalTail.Of(_folder.Path);
        while (crashes.TryDequeue(out var last)) await CrashAsync(last.Cut);
    }

    private async Task CrashAsync(int cut)
    {
        await _engine.DisposeAsync();
        BytesCut += JournalTail.Of(_folder.Path).CutBeyond(_acknowledged, cut);
        _engine = Open();
        var recorded = await RecordedAsync();
        Assert.All(recorded, call => Assert.True(_runs.GetValueOrDefault(call) > 0, $"{call} is recorded and never ran."));
        _recorded.AddRange(recorded.Select(call => KeyValuePair.Create(call, _runs[call])));
        _acknowledged = JournalTail.Of(_folder.Path);
        await _engine.ContinueAsync(default);
    }

    /// <summary>No activity ran after its result was on the disk.</summary>
    public void AssertNoneRanTwice() =>
        Assert.All(_recorded, call => Assert.Equal(call.Value, _runs[call.Key]));

    /// <summary>The calls whose results the histories hold.</summary>
    private async Task<List<RandomWorkflow.Call>> RecordedAsync()
    {
        var recorded = new List<RandomWorkflow.Call>();
        for (var i = 0; i < plan.Workflows.Count; i++)
        {
            var history = await _engine.Client.GetHistoryAsync(Id(i), default);
            var answered = history.Where(entry => entry.Type is "TaskCompleted" or "TaskFailed").Select(entry => entry.Number).ToHashSet();
            recorded.AddRange(history
                .Where(entry => entry.Type == "TaskScheduled" && entry.Name != RandomWorkflow.Echo.Name && answered.Contains(entry.Number))
                .Select(entry => JsonSerializer.Deserialize<RandomWorkflow.Call>(entry.Payload!, TaskJson.Options)!));
        }

        return recorded;
    }

    /// <summary>Every event of every workflow; those of one name in order, else at random.</summary>
    private List<(int Instance, int Name, int Value)> Raises()
    {
        var random = new Random(plan.Order);
        var queues = plan.Workflows
            .SelectMany((workflow, i) => workflow.Events().GroupBy(name => name).Select(name => (Instance: i, Name: name.Key, Count: name.Count())))
            .SelectMany(group => Enumerable.Repeat((group.Instance, group.Name), group.Count))
            .ToArray();
        random.Shuffle(queues);
        var counts = new Dictionary<(int, int), int>();
        return [.. queues.Select(item => (item.Instance, item.Name, counts[item] = counts.GetValueOrDefault(item, -1) + 1))];
    }

    private DurableEngine Open()
    {
        var registry = new DurableRegistry()
            .AddOrchestration("program", RandomWorkflow.RunAsync)
            .AddActivity(RandomWorkflow.Echo, (text, _) => Task.FromResult(text))
            .AddActivity(RandomWorkflow.Work, (call, _) => Task.FromResult($"w{Counted(call).Key}"))
            .AddActivity(RandomWorkflow.Break, (call, _) => throw new InvalidOperationException($"b{Counted(call).Key}"));
        var options = new EngineOptions { Directory = _folder.Path, SegmentBytes = 256 * 1024 };
        return DurableEngine.Open(options, registry, TimeProvider.System, NullLoggerFactory.Instance);
    }

    private RandomWorkflow.Call Counted(RandomWorkflow.Call call)
    {
        _runs.AddOrUpdate(call, 1, static (_, runs) => runs + 1);
        return call;
    }

    private static string Id(int workflow) => $"workflow-{workflow}";
}
