using System.Runtime.InteropServices;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Compaction;

/// <summary>What became of each stream, as the closed files tell it: a small struct per stream.</summary>
internal sealed class StreamFates
{
    private readonly Dictionary<ulong, Fate> _fates = [];

    public IReadOnlyCollection<ulong> Streams => _fates.Keys;

    public bool AnyEnded { get; private set; }

    public static StreamFates Of(IEnumerable<LogFile> closed, CancellationToken cancellationToken)
    {
        var fates = new StreamFates();
        foreach (var file in closed)
        {
            using var frames = new FrameReader(file, FileHeader.Bytes, file.End);
            while (frames.NextRecord(file))
            {
                cancellationToken.ThrowIfCancellationRequested();
                fates.Add(frames.Header);
            }
        }

        fates.AnyEnded = fates._fates.Values.Any(fate => fate.HasEnded);
        return fates;
    }

    public bool Has(ulong stream) => _fates.ContainsKey(stream);

    /// <summary>Whether the record still counts.</summary>
    public bool Keeps(in FrameHeader header) => _fates[header.Stream] is var fate && !fate.IsPurged && header.Index >= fate.First;

    public bool HasEnded(ulong stream) => _fates[stream].HasEnded;

    private void Add(in FrameHeader header)
    {
        ref var fate = ref CollectionsMarshal.GetValueRefOrAddDefault(_fates, header.Stream, out _);
        if ((header.Mark & RecordMark.Begin) != RecordMark.None || header.Index == 0) fate = new Fate(header.Index, HasEnded: false, IsPurged: false);
        if ((header.Mark & RecordMark.End) != RecordMark.None) fate = fate with { HasEnded = true };
        if ((header.Mark & RecordMark.Purge) != RecordMark.None) fate = new Fate(header.Index, HasEnded: false, IsPurged: true);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Fate(uint First, bool HasEnded, bool IsPurged);
}
