using System.Runtime.InteropServices;

namespace DurableAgentTasks.Engine.Journal.Compaction;

/// <summary>What a snapshot says of the whole journal. It is its first frame and, with the count, its last.</summary>
/// <param name="HighestStream">No stream number up to this is used again.</param>
/// <param name="Records">How many records the snapshot has; 0 in the first frame, which is written before they are counted.</param>
/// <param name="Archives">The archives that count.</param>
internal sealed record Manifest(ulong HighestStream, ulong Records, IReadOnlyList<ArchiveEntry> Archives)
{
    /// <summary>The stream of its frames.</summary>
    public const ulong Stream = 0;

    /// <summary>As words: highest, records, then for each archive its number, how many streams were dropped, and which.</summary>
    public byte[] ToBytes()
    {
        List<ulong> words = [HighestStream, Records];
        foreach (var archive in Archives)
        {
            words.Add((ulong)archive.Number);
            words.Add((ulong)archive.Dropped.Count);
            words.AddRange(archive.Dropped);
        }

        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(words)).ToArray();
    }

    public static Manifest Of(ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var archives = new List<ArchiveEntry>();
        for (var i = 2; i < words.Length;)
        {
            var dropped = words.Slice(i + 2, (int)words[i + 1]);
            archives.Add(new ArchiveEntry((int)words[i], new HashSet<ulong>(dropped.ToArray())));
            i += 2 + dropped.Length;
        }

        return new Manifest(words[0], words[1], archives);
    }
}

/// <param name="Number">Of the archive.</param>
/// <param name="Dropped">Streams in it that do not count any more.</param>
internal sealed record ArchiveEntry(int Number, IReadOnlySet<ulong> Dropped);
