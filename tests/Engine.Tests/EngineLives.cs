using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Engine.Journal;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Engine.Tests;

/// <summary>A data folder and a clock, which engines follow each other on.</summary>
internal sealed class EngineLives : IDisposable
{
    public const int Patience = 60_000;

    private readonly TempFolder _folder = new();

    public static Activity<string, string> Note { get; } = new("Note");

    public string Directory => _folder.Sub("data");

    public ManualTimeProvider Time { get; } = new();

    /// <summary>The folder as it is now, such as a crash would leave it.</summary>
    public string CopyAsItIs()
    {
        var copy = _folder.Sub($"copy-{Guid.NewGuid():n}");
        TempFolder.Copy(Directory, copy);
        return copy;
    }

    public string Numbered(int number) => _folder.Sub($"data-{number}");

    public DurableEngine Open(DurableRegistry registry, IJournalFiles? files = null) =>
        DurableEngine.OpenOn(Options(Directory), registry, Time, NullLoggerFactory.Instance, files ?? new DiskFiles());

    public Task<DurableEngine> StartAsync(DurableRegistry registry, string? directory = null) =>
        StartAsync(directory ?? Directory, registry, Time);

    public static Task<DurableEngine> StartAsync(string directory, DurableRegistry registry, TimeProvider time) =>
        DurableEngine.StartAsync(Options(directory), registry, time, NullLoggerFactory.Instance, default);

    /// <summary>A registry with one orchestration, "main", and the activity that gives back its text.</summary>
    public static DurableRegistry Running<T>(Func<IDurableContext, Task<T>> code) =>
        new DurableRegistry().AddOrchestration("main", code).AddActivity(Note, (text, _) => Task.FromResult(text));

    public void Dispose() => _folder.Dispose();

    private static EngineOptions Options(string directory) =>
        new() { Directory = directory, SegmentBytes = 1024 * 1024, StopGrace = TimeSpan.Zero };
}

internal static class EngineTestCalls
{
    public static async Task StartMainAsync(this DurableEngine engine, string id, string? input = null) =>
        Assert.Equal(StartOutcome.Started, await engine.Client.StartAsync("main", id, input, default));

    public static async Task<OrchestrationInstance> EndAsync(this DurableEngine engine, string id) =>
        (await engine.Client.WaitAsync(id, default))!;

    public static Task<OperationOutcome> RaiseAsync(this DurableEngine engine, string id, string name, string? payload = null) =>
        engine.Client.RaiseEventAsync(id, name, payload, default);

    public static async Task<OrchestrationInstance> UntilAsync(this DurableEngine engine, string id, Func<OrchestrationInstance, bool> condition)
    {
        while (true)
        {
            if (await engine.Client.GetAsync(id, payloads: true, default) is { } instance && condition(instance)) return instance;
            await Task.Yield();
        }
    }

    /// <summary>Completes when the history holds an event of this type for the name.</summary>
    public static async Task UntilRecordedAsync(this DurableEngine engine, string id, string type, int count)
    {
        while ((await engine.Client.GetHistoryAsync(id, default)).Count(entry => entry.Type == type) < count) await Task.Yield();
    }

    /// <summary>The instance's records as they are in the journal.</summary>
    public static IReadOnlyList<string> Records(this DurableEngine engine, string id) =>
        engine.Index.TryGet(id, out var entry) ? [.. engine.Journal.ReadStream(entry.Stream).Select(Convert.ToHexString)] : [];

    /// <summary>Puts a history into a data folder as if an engine had written it.</summary>
    public static async Task WriteHistoryAsync(string directory, IReadOnlyList<HistoryEvent> history)
    {
        var journal = JournalStore.Open(new JournalOptions { Directory = directory }, new NoReader(), TimeProvider.System, NullLogger.Instance);
        var stream = journal.NextStream();
        foreach (var item in history)
        {
            var mark = item.Kind == EventKind.Started ? RecordMark.Begin : RecordMark.None;
            journal.Append(stream, mark, HistoryCodec.Encode(item));
        }

        await journal.FlushAsync();
        await journal.DisposeAsync();
    }

    private sealed class NoReader : IJournalReader
    {
        public void Record(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload)
        {
        }

        public void Archived(ulong stream, ReadOnlySpan<byte> endPayload)
        {
        }
    }
}
