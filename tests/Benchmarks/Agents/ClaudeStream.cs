using System.Buffers;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace DurableAgentTasks.Benchmarks.Agents;

/// <summary>
/// A long session of Claude Code as it prints it: the lines of the recorded runs in turn, each with ids of its own. Most have some 500
/// bytes, one in 71 has 130 kB.
/// </summary>
internal static class ClaudeStream
{
    public const string Session = "3d1f0c52-7a0e-4f57-9b53-0d5c1a3f9e11";

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");
    private static readonly string[] Recorded = ReadAll();
    private static readonly Line Begin = Line.Of(Recorded.First(static line => line.Contains("\"init\"", StringComparison.Ordinal)));
    private static readonly Line End = Line.Of(Recorded.First(static line => IsOf(line, "result") && line.Contains("\"is_error\":false", StringComparison.Ordinal)));
    private static readonly Line[] Middle = [.. Recorded.Where(static line => IsOf(line, "assistant") || IsOf(line, "user") || IsOf(line, "system\",\"subtype\":\"api_retry")).Select(Line.Of)];

    /// <returns>How many lines it has.</returns>
    public static long Write(string path, long bytes)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1024 * 1024);
        var random = new Random(1);
        Begin.Write(file, random);
        long lines = 2;
        while (file.Position < bytes)
        {
            foreach (var line in Middle)
            {
                line.Write(file, random);
                lines++;
            }
        }

        End.Write(file, random);
        return lines;
    }

    /// <returns>How many lines it has: a beginning, so many messages, and an end.</returns>
    public static long WriteMessages(string path, int messages)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1024 * 1024);
        var random = new Random(1);
        var message = Middle.First(static line => line.IsMessage);
        Begin.Write(file, random);
        for (var i = 0; i < messages; i++) message.Write(file, random);
        End.Write(file, random);
        return messages + 2L;
    }

    private static bool IsOf(string line, string type) => line.StartsWith($"{{\"type\":\"{type}\"", StringComparison.Ordinal);

    private static string[] ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var lines = new List<string>();
        foreach (var name in assembly.GetManifestResourceNames().Where(static name => name.EndsWith(".jsonl", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            lines.AddRange(reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        return [.. lines];
    }

    /// <summary>A recorded line, and where the hexadecimal digits of its ids are.</summary>
    private sealed class Line(byte[] bytes, int[] digits)
    {
        private static readonly byte[] Digits = "0123456789abcdef"u8.ToArray();
        private static readonly Regex SessionId = new("\"session_id\":\"[0-9a-f-]{36}\"", RegexOptions.NonBacktracking);
        private static readonly Regex OtherId = new("(msg_|toolu_|req_|\"uuid\":\")(?<id>[0-9a-f-]{8,})", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

        private readonly byte[] _random = new byte[digits.Length];

        public bool IsMessage => bytes.AsSpan().IndexOf("\"type\":\"text\""u8) >= 0;

        public static Line Of(string recorded)
        {
            var text = SessionId.Replace(recorded, $"\"session_id\":\"{Session}\"");
            var digits = OtherId.Matches(text).Select(static match => match.Groups["id"])
                .SelectMany(id => Enumerable.Range(id.Index, id.Length))
                .Where(at => Hex.Contains(text[at]))
                .Select(at => Encoding.UTF8.GetByteCount(text.AsSpan(0, at)));
            return new Line(Encoding.UTF8.GetBytes(text + "\n"), [.. digits]);
        }

        public void Write(Stream output, Random random)
        {
            random.NextBytes(_random);
            for (var i = 0; i < digits.Length; i++) bytes[digits[i]] = Digits[_random[i] & 15];
            output.Write(bytes);
        }
    }
}
