using System.Buffers;
using System.Text;
using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tasks;

/// <summary>
/// The timeline as NDJSON. A batch opens with a newline, so that it stands on lines of its own whatever a crash left before it. Lines that
/// are no entry are what such a crash left. Entries written again under the same number count once; where a higher epoch begins, it
/// replaces what lower ones had from its first number on.
/// </summary>
internal static class TimelineText
{
    /// <summary>The batches to append, each small enough for one append.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Write(IReadOnlyList<TimelineEntry> entries)
    {
        var batch = new ArrayBufferWriter<byte>();
        foreach (var entry in entries)
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(entry, TaskJson.Options);
            if (batch.WrittenCount > 0 && batch.WrittenCount + line.Length + 1 > IBlobStore.MaxAppend)
            {
                yield return batch.WrittenMemory.ToArray();
                batch.ResetWrittenCount();
            }

            if (batch.WrittenCount == 0) batch.Write("\n"u8);
            batch.Write(line);
            batch.Write("\n"u8);
        }

        if (batch.WrittenCount > 0) yield return batch.WrittenMemory;
    }

    public static async Task<IReadOnlyList<TimelineEntry>> ReadAsync(Stream content, CancellationToken cancellationToken)
    {
        var entries = new TimelineEntries();
        using var reader = new StreamReader(content);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Parse(Encoding.UTF8.GetBytes(line)) is { } entry) entries.Add(entry);
        }

        return entries.Take(through: long.MaxValue);
    }

    /// <summary>The entry on a line; <see langword="null"/> if there is none.</summary>
    public static TimelineEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return line.IsEmpty ? null : JsonSerializer.Deserialize<TimelineEntry>(line, TaskJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
