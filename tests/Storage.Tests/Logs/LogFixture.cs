using System.Text;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Logs;

namespace DurableAgentTasks.Storage.Tests.Logs;

/// <summary>A log in a folder of its own, with what its tests say often.</summary>
public sealed class LogFixture : IDisposable
{
    public static readonly LogSource Out = new("1.1", "run-1", LogStream.Stdout);
    public static readonly LogSource Err = new("1.1", "run-1", LogStream.Stderr);

    private readonly TemporaryFolder _folder = new();

    public LogFixture() => Store = new FileBlobStore(_folder.Path, TimeProvider.System);

    public FileBlobStore Store { get; }

    public TaskId Task { get; } = TaskId.Parse("fix-login");

    public ManualTimeProvider Time { get; } = new();

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    public Task<TaskLogWriter> OpenAsync() => TaskLogWriter.OpenAsync(Store, Task, Time, Cancellation);

    public TaskLogReader Reader() => new(Store, Task);

    public IEnumerable<string> SegmentFiles() =>
        Directory.GetFiles(Path.Combine(_folder.Path, "tasks", "fix-login", "log")).Order(StringComparer.Ordinal);

    /// <summary>Appends text that follows what the writer knows of the source.</summary>
    public static async Task AppendAsync(TaskLogWriter writer, LogSource source, string text, long from = 0, bool end = false)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        await writer.AppendAsync(source, bytes, from + bytes.Length, end, Cancellation);
    }

    public async Task<IReadOnlyList<LogLine>> AllAsync(LogStream? stream = null, int limit = 100_000)
    {
        var lines = new List<LogLine>();
        var reader = Reader();
        for (long after = 0; ;)
        {
            var page = await reader.ReadPageAsync(after, limit, stream, Cancellation);
            lines.AddRange(page.Lines);
            if (page.Next == after) return lines;
            after = page.Next;
        }
    }

    public async Task<byte[]> RawAsync(LogStream? stream = null)
    {
        using var raw = new MemoryStream();
        await Reader().CopyRawAsync(raw, stream, Cancellation);
        return raw.ToArray();
    }
}
