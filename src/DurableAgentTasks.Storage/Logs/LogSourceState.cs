using System.Buffers;

namespace DurableAgentTasks.Storage.Logs;

/// <summary>How far a source has been taken in: what each segment begins with, so that opening reads the last one only.</summary>
/// <param name="StepId">The step.</param>
/// <param name="Run">The run.</param>
/// <param name="Stream">Which output.</param>
/// <param name="Offset">Bytes of the output that are in the log.</param>
/// <param name="InLine">They end in the middle of a line.</param>
internal sealed record LogPosition(string StepId, string Run, LogStream Stream, long Offset, bool InLine);

/// <summary>A source while it is written: its position, and the beginning of a line that is not whole yet.</summary>
internal sealed class LogSourceState(LogPosition position)
{
    private ArrayBufferWriter<byte>? _held;

    public LogPosition Position { get; set; } = position;

    /// <summary>When it was last written to, in numbers of writes.</summary>
    public long LastWrite { get; set; }

    public ReadOnlySpan<byte> Held => _held is null ? [] : _held.WrittenSpan;

    public void Hold(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0) (_held ??= new ArrayBufferWriter<byte>(Math.Max(bytes.Length, 256))).Write(bytes);
    }

    public void Release(bool forGood)
    {
        if (forGood) _held = null;
        else _held?.ResetWrittenCount();
    }
}
