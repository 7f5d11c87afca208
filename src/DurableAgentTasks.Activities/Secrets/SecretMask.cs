using System.Buffers;
using System.Text;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Activities.Secrets;

/// <summary>Replaces the values of secrets by <c>***</c>, in texts and in streams of bytes. Where values overlap, the first counts, and of those that begin together the longest.</summary>
public sealed class SecretMask
{
    /// <summary>The length that a value has at least, in characters: a shorter one is found in everything.</summary>
    public const int ShortestValue = 4;

    internal const string Stars = "***";

    private readonly SearchValues<string>? _search;
    private readonly string[] _patterns;

    private SecretMask(IEnumerable<byte[]> patterns)
    {
        // Bytes as characters of Latin 1, one for one: only texts are searched for many patterns at once. Longest first.
        _patterns = [.. patterns.Select(Encoding.Latin1.GetString).Distinct(StringComparer.Ordinal).OrderByDescending(static text => text.Length)];
        if (_patterns.Length > 0) _search = SearchValues.Create(_patterns, StringComparison.Ordinal);
    }

    /// <summary>Replaces nothing.</summary>
    public static SecretMask None { get; } = new([]);

    public bool IsEmpty => _search is null;

    /// <summary>A mask of these values in every form of <see cref="SecretForms"/>.</summary>
    /// <exception cref="ArgumentException">One is shorter than <see cref="ShortestValue"/>.</exception>
    public static SecretMask Of(IEnumerable<string> values)
    {
        var all = values.ToList();
        if (all.Exists(static value => value.Length < ShortestValue))
            throw new ArgumentException($"A secret of less than {ShortestValue} characters cannot be masked.", nameof(values));
        return all.Count == 0 ? None : new SecretMask(all.SelectMany(SecretForms.Of));
    }

    /// <summary>A message or evidence without the values.</summary>
    public string Apply(string text)
    {
        if (IsEmpty) return text;
        var bytes = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
        if (!bytes.AsSpan().ContainsAny(_search!)) return text;
        var masked = new ArrayBufferWriter<byte>(bytes.Length);
        Scan(bytes, atEnd: true, masked);
        return Encoding.UTF8.GetString(masked.WrittenSpan);
    }

    /// <summary>The same of a text that may have been shortened: the beginning of a value at its end is masked too.</summary>
    public string ApplyToExcerpt(string text)
    {
        if (IsEmpty || text.Length == 0) return text;
        var bytes = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
        var masked = new ArrayBufferWriter<byte>(bytes.Length);
        var known = Scan(bytes, atEnd: false, masked);
        var isCut = bytes.Length - known >= ShortestValue;
        if (masked.WrittenCount == 0 && !isCut) return text;
        if (masked.WrittenCount == 0) Write(bytes.AsSpan(0, known), masked);
        Write(isCut ? Stars : bytes.AsSpan(known), masked);
        return Encoding.UTF8.GetString(masked.WrittenSpan);
    }

    /// <summary>
    /// A sink before <paramref name="next"/> that masks what passes, of both streams of one run. What may be the beginning of a value is held
    /// back until it is known; the offset handed on is that of what is handed on, so that a later life that begins there masks the same.
    /// </summary>
    public OutputSink Before(OutputSink next) => IsEmpty ? next : new MaskedOutput(this, next).ReceiveAsync;

    /// <summary>
    /// How far <paramref name="text"/> is known: up to where a value may begin that the text does not have whole. At the end of a stream
    /// nothing follows that could complete it. If a value is replaced before that place, all before it is written masked, else nothing.
    /// </summary>
    /// <param name="text">Bytes as characters of Latin 1.</param>
    /// <param name="atEnd">Nothing follows.</param>
    /// <param name="masked">Where it goes.</param>
    /// <param name="cuts">Gets where each replacement begins and ends, in what is written and in the text.</param>
    /// <remarks>
    /// What is behind that place does not depend on what was before it: a scan that begins there, in this life or another, finds the same.
    /// </remarks>
    internal int Scan(ReadOnlySpan<char> text, bool atEnd, ArrayBufferWriter<byte> masked, List<(int Written, int Read)>? cuts = null)
    {
        var at = 0;
        var open = atEnd ? text.Length : FindOpen(text, 0);
        while (text[at..].IndexOfAny(_search!) is >= 0 and var distance && at + distance < open)
        {
            var found = at + distance;
            Write(text[at..found], masked);
            cuts?.Add((masked.WrittenCount, found));
            Write(Stars, masked);
            at = found + LongestAt(text[found..]);
            cuts?.Add((masked.WrittenCount, at));
            if (open < at) open = FindOpen(text, at);
        }

        if (at > 0) Write(text[at..open], masked);
        return open;
    }

    private int LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var pattern in _patterns)
            if (text.StartsWith(pattern, StringComparison.Ordinal)) return pattern.Length;
        throw new InvalidOperationException("A pattern was found that is none.");
    }

    /// <summary>Where, from <paramref name="start"/> on, the first pattern begins that the text breaks off.</summary>
    private int FindOpen(ReadOnlySpan<char> text, int start)
    {
        var open = text.Length;
        foreach (var pattern in _patterns)
        {
            for (var at = Math.Max(start, text.Length - pattern.Length + 1); at < open; at++)
            {
                var next = text[at..open].IndexOf(pattern[0]);
                if (next < 0) break;
                at += next;
                if (pattern.AsSpan().StartsWith(text[at..], StringComparison.Ordinal)) open = at;
            }
        }

        return open;
    }

    internal static void Write(ReadOnlySpan<char> text, IBufferWriter<byte> masked)
    {
        var written = Encoding.Latin1.GetBytes(text, masked.GetSpan(text.Length));
        masked.Advance(written);
    }
}
