using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace DurableAgentTasks.Workspaces.Git;

/// <summary>A path in a work tree, with <c>/</c> between its names. To git, and to Unix, it is bytes: it need not be UTF-8.</summary>
internal readonly struct GitPath(ReadOnlyMemory<byte> bytes) : IEquatable<GitPath>, IComparable<GitPath>
{
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public ReadOnlySpan<byte> Span => Bytes.Span;

    /// <summary>The last name of the path.</summary>
    public ReadOnlySpan<byte> Name => Span[(Span.LastIndexOf((byte)'/') + 1)..];

    /// <summary>Whether git says with a final slash that it is a folder.</summary>
    public bool IsFolder => Span.EndsWith("/"u8);

    public bool IsUtf8 => Utf8.IsValid(Span);

    public static GitPath Of(string text) => new(Encoding.UTF8.GetBytes(text));

    public GitPath WithoutSlash() => IsFolder ? new GitPath(Bytes[..^1]) : this;

    public bool IsWithin(GitPath folder) => Span.Length > folder.Span.Length && Span.StartsWith(folder.Span) && (folder.IsFolder || Span[folder.Span.Length] == '/');

    public bool Equals(GitPath other) => Span.SequenceEqual(other.Span);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is GitPath other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public int CompareTo(GitPath other) => Span.SequenceCompareTo(other.Span);

    /// <summary>
    /// For people and JSON: the path itself; one that is no UTF-8 as git shows it, in double quotes with octal escapes
    /// (<c>"caf\351"</c>). A path that begins with a quote is quoted too, so that the two cannot be confused.
    /// </summary>
    public override string ToString() =>
        IsUtf8 && !Span.StartsWith("\""u8) ? Encoding.UTF8.GetString(Span) : Quote();

    /// <summary>For the file system, if it <see cref="IsUtf8"/>.</summary>
    public string ToPlainString() => Encoding.UTF8.GetString(Span);

    private string Quote()
    {
        var text = new StringBuilder("\"");
        foreach (var one in Span)
        {
            if (one is (byte)'"' or (byte)'\\') text.Append('\\').Append((char)one);
            else if (one is >= 0x20 and < 0x7f) text.Append((char)one);
            else text.Append('\\').Append(Convert.ToString(one, 8).PadLeft(3, '0'));
        }

        return text.Append('"').ToString();
    }
}
