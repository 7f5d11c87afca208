using System.Text;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Engine.Journal;
using DurableAgentTasks.Engine.Journal.Files;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Engine.Tests.Journal;

/// <summary>A journal in a folder of its own.</summary>
internal sealed class JournalFolderFixture(int segmentBytes = 64 * 1024) : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("journal-").FullName;

    public ManualTimeProvider Time { get; } = new();

    public IJournalFiles Files { get; set; } = new DiskFiles();

    public ILogger Logger { get; set; } = NullLogger.Instance;

    public JournalStore Open(out ToldStreams told)
    {
        told = new ToldStreams();
        return JournalStore.Open(new JournalOptions { Directory = Directory, SegmentBytes = segmentBytes }, told, Time, Logger, Files);
    }

    public JournalStore Open() => Open(out _);

    /// <summary>The folder as a crash at this moment would leave it.</summary>
    public JournalFolderFixture Copy()
    {
        var copy = new JournalFolderFixture(segmentBytes);
        foreach (var path in System.IO.Directory.GetFiles(Directory).Where(path => Path.GetFileName(path) != "lock"))
            File.Copy(path, Path.Combine(copy.Directory, Path.GetFileName(path)));
        return copy;
    }

    public async Task<ToldStreams> ReopenAsync()
    {
        await using var store = Open(out var told);
        return told;
    }

    public string Segment(int number) => LogFileName.Segment(number).In(Directory);

    /// <summary>Until this segment has been made: the one after that in use is made beside the appends.</summary>
    public async Task UntilThereIsAsync(int segment)
    {
        while (!File.Exists(Segment(segment))) await Task.Yield();
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}

internal static class JournalStoreTexts
{
    public static void Append(this JournalStore store, ulong stream, string text, RecordMark mark = RecordMark.None) =>
        store.Append(stream, mark, Encoding.UTF8.GetBytes(text));

    /// <summary>Completes when the record is on the disk.</summary>
    public static Task AppendAsync(this JournalStore store, ulong stream, string text, RecordMark mark = RecordMark.None)
    {
        var durable = new DurableSignal();
        store.Append(stream, mark, Encoding.UTF8.GetBytes(text), durable);
        return durable.Task;
    }

    public static string[] Read(this JournalStore store, ulong stream) => [.. store.ReadStream(stream).Select(Encoding.UTF8.GetString)];
}

internal sealed class DurableSignal : IDurableCallback
{
    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _durable.Task;

    public void OnDurable() => _durable.SetResult();
}
