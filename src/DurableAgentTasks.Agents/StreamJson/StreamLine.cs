namespace DurableAgentTasks.Agents.StreamJson;

/// <summary>One line of an output stream, without its end-of-line bytes. Valid until the splitter is used again.</summary>
public readonly ref struct StreamLine
{
    /// <summary>The bytes of the line, at most as many as the splitter keeps of one.</summary>
    public required ReadOnlySpan<byte> Content { get; init; }

    /// <summary>How many bytes the whole line has.</summary>
    public required long Length { get; init; }

    /// <summary>Where in the stream it begins, in bytes.</summary>
    public required long Offset { get; init; }

    /// <summary>False for what stood after the last newline when the stream ended.</summary>
    public required bool Terminated { get; init; }

    /// <summary>Only the beginning of the line is in <see cref="Content"/>.</summary>
    public bool IsShortened => Content.Length < Length;
}
