using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Engine.Instances;
using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Client;

/// <summary>The engine's client, in its own process.</summary>
internal sealed class EmbeddedTaskClient(DurableEngine engine) : ITaskClient
{
    private const int LargestPage = 1_000;

    public async Task<StartOutcome> StartAsync(string name, string instanceId, string? input, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (!engine.Index.TryGet(instanceId, out var present))
        {
            var entry = new InstanceEntry(instanceId, name, engine.Journal.NextStream(), engine.Now);
            var instance = new Instance(engine, entry);
            entry.Begin(instance);
            present = instance.Start(new HistoryEvent
            {
                Kind = EventKind.Started,
                Time = entry.CreatedAt,
                Number = 0,
                Name = name,
                Text = instanceId,
                Moment = entry.CreatedAt,
                Payload = Utf8(input),
            });
            if (present == entry)
            {
                // Not cancellable: what was appended will happen, so the caller learns of it.
                await engine.FlushAsync();
                return StartOutcome.Started;
            }
        }

        // The answer "taken" must be as durable as the start it speaks of.
        if (present.Live is { WasRefused: true }) throw engine.NoRoom();
        await engine.FlushAsync().WaitAsync(cancellationToken);
        return StartOutcome.IdTaken;
    }

    public Task<OrchestrationInstance?> GetAsync(string instanceId, bool payloads, CancellationToken cancellationToken) =>
        Task.FromResult(engine.Index.TryGet(instanceId, out var entry) ? View(entry, payloads) : null);

    /// <exception cref="ArgumentOutOfRangeException"><see cref="InstanceQuery.Top"/> is outside 1 to 1,000.</exception>
    /// <exception cref="FormatException">The continuation token is not one that a page gave.</exception>
    public Task<InstancePage> QueryAsync(InstanceQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Top, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Top, LargestPage, nameof(query));
        var page = new List<OrchestrationInstance>(query.Top);
        InstanceEntry? last = null;
        foreach (var entry in engine.Index.NewestFirst(query.ContinuationToken is null ? null : ContinuationToken.Read(query.ContinuationToken)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (query.CreatedFrom > entry.CreatedAt) break;
            if (!Matches(query, entry)) continue;
            if (page.Count == query.Top) return Task.FromResult(new InstancePage(page, ContinuationToken.Write(last!)));
            page.Add(View(entry, query.Payloads));
            last = entry;
        }

        return Task.FromResult(new InstancePage(page, null));
    }

    public async IAsyncEnumerable<OrchestrationInstance> ListAsync(InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var entry in engine.Index.NewestFirst(before: null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (filter.CreatedFrom > entry.CreatedAt) yield break;
            if (Matches(filter, entry)) yield return View(entry, payloads: false);
        }
    }

    public Task<OperationOutcome> RaiseEventAsync(string instanceId, string eventName, string? payload, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return SignalAsync(instanceId, new HistoryEvent
        {
            Kind = EventKind.EventRaised,
            Time = engine.Now,
            Name = eventName,
            Payload = Utf8(payload),
        });
    }

    public Task<OperationOutcome> SuspendAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        SignalAsync(instanceId, new HistoryEvent { Kind = EventKind.Suspended, Time = engine.Now, Text = reason });

    public Task<OperationOutcome> ResumeAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        SignalAsync(instanceId, new HistoryEvent { Kind = EventKind.Resumed, Time = engine.Now, Text = reason });

    public Task<OperationOutcome> TerminateAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        SignalAsync(instanceId, new HistoryEvent { Kind = EventKind.Terminated, Time = engine.Now, Text = reason });

    public async Task<OperationOutcome> PurgeAsync(string instanceId, CancellationToken cancellationToken)
    {
        if (!engine.Index.TryGet(instanceId, out var entry)) return OperationOutcome.NotFound;
        if (entry.Live is { Halted: null }) return OperationOutcome.NotAllowed;
        if (!entry.TryHold(forPurge: true)) return entry.IsPurged ? OperationOutcome.NotFound : OperationOutcome.NotAllowed;

        // It may have been started again just now.
        if (entry.Live is { Halted: null })
        {
            entry.LetGo();
            return OperationOutcome.NotAllowed;
        }

        entry.Live?.Discard();
        engine.Journal.Append(entry.Stream, RecordMark.Purge, []);
        engine.Index.Remove(entry);
        await engine.FlushAsync();
        return OperationOutcome.Accepted;
    }

    public async Task<OperationOutcome> RestartAsync(string instanceId, string? input, CancellationToken cancellationToken)
    {
        if (!engine.Index.TryGet(instanceId, out var entry)) return OperationOutcome.NotFound;
        if (!entry.TryHold(forPurge: false)) return entry.IsPurged ? OperationOutcome.NotFound : OperationOutcome.NotAllowed;
        try
        {
            var before = entry.Live;
            if (before is { Halted: null }) return OperationOutcome.NotAllowed;
            var started = new HistoryEvent
            {
                Kind = EventKind.Started,
                Time = engine.Now,
                Number = 0,
                Name = entry.Name,
                Text = entry.Id,
                Moment = entry.CreatedAt,
                Payload = Utf8(input),
            };
            if (!new Instance(engine, entry).Restart(started, before)) throw engine.NoRoom();
        }
        finally
        {
            entry.LetGo();
        }

        // Not cancellable: what was appended will happen, so the caller learns of it.
        await engine.FlushAsync();
        return OperationOutcome.Accepted;
    }

    public async Task<OrchestrationInstance?> WaitAsync(string instanceId, CancellationToken cancellationToken)
    {
        if (!engine.Index.TryGet(instanceId, out var entry)) return null;
        if (entry.Live is { } live) await live.WhenEnded.WaitAsync(cancellationToken);
        return View(entry, payloads: true);
    }

    public Task<IReadOnlyList<HistoryEntry>> GetHistoryAsync(string instanceId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HistoryEntry>>(engine.Index.TryGet(instanceId, out var entry)
            ? HistoryView.Of(engine.Journal.ReadStream(entry.Stream).Select(record => HistoryCodec.Read(record)))
            : []);

    private async Task<OperationOutcome> SignalAsync(string instanceId, HistoryEvent item)
    {
        if (!engine.Index.TryGet(instanceId, out var entry)) return OperationOutcome.NotFound;
        if (entry.Live is not { } live) return OperationOutcome.NotAllowed;

        if (!live.TryReceive(item)) return OperationOutcome.NotAllowed;

        // Not cancellable: what was appended will happen, so the caller learns of it.
        await engine.FlushAsync();
        return OperationOutcome.Accepted;
    }

    private static bool Matches(InstanceFilter query, InstanceEntry entry) =>
        (query.CreatedTo is not { } to || entry.CreatedAt <= to)
        && (query.Statuses.Count == 0 || query.Statuses.Contains(entry.Status))
        && (query.IdPrefix is null || entry.Id.StartsWith(query.IdPrefix, StringComparison.Ordinal));

    private OrchestrationInstance View(InstanceEntry entry, bool payloads)
    {
        // Read once: it may end meanwhile.
        var live = entry.Live;
        var view = new OrchestrationInstance
        {
            InstanceId = entry.Id,
            Name = entry.Name,
            Status = live?.Status ?? entry.Status,
            CreatedAt = entry.CreatedAt,
            LastUpdatedAt = entry.UpdatedAt,
            Failure = live?.Halted,
        };
        if (!payloads) return view;
        return live is null ? WithEnds(view, entry) : view with { Input = Text(live.Input), CustomStatus = Text(live.CustomStatus) };
    }

    private OrchestrationInstance WithEnds(OrchestrationInstance view, InstanceEntry entry)
    {
        var records = engine.Journal.ReadStream(entry.Stream);

        // Purged a moment ago.
        if (records.Count == 0) return view;
        if (records.Reverse().Select(record => HistoryCodec.Read(record)).FirstOrDefault(item => item.Kind == EventKind.Completed) is not { } completed)
        {
            // Started again a moment ago.
            return View(entry, payloads: true);
        }

        return view with
        {
            Input = Text(HistoryCodec.Read(records[0]).Payload),
            Output = Text(completed.Payload),
            Failure = completed.Text,
            CustomStatus = Text(completed.CustomStatus),
        };
    }

    private static byte[]? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private static string? Text(byte[]? utf8) => utf8 is null ? null : Encoding.UTF8.GetString(utf8);
}

/// <summary>Where the next page begins: the age of the last instance of this one.</summary>
internal static class ContinuationToken
{
    public static string Write(InstanceEntry last) => FormattableString.Invariant($"{last.CreatedAt.UtcTicks:x}-{last.Stream:x}");

    /// <exception cref="FormatException">Nobody gave this token out.</exception>
    public static (DateTimeOffset CreatedAt, ulong Stream) Read(string token)
    {
        var parts = token.Split('-');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.AllowHexSpecifier, null, out var ticks)
            && ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks
            && ulong.TryParse(parts[1], NumberStyles.AllowHexSpecifier, null, out var stream)
                ? (new DateTimeOffset(ticks, TimeSpan.Zero), stream)
                : throw new FormatException("The continuation token is not one that a page gave. Begin again without it.");
    }
}
