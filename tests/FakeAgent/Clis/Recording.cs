using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DurableAgentTasks.FakeAgent.Clis;

/// <summary>A recorded run of a real CLI; the build puts them beside the program.</summary>
internal sealed partial class Recording
{
    private Recording(Cli cli, string path)
    {
        using var meta = JsonDocument.Parse(File.ReadAllBytes(path + ".meta.json"));
        var root = meta.RootElement;
        Error = File.ReadAllText(path + ".stderr", Encoding.UTF8);
        ExitCode = root.GetProperty("exit_code").ValueKind == JsonValueKind.Null ? null : root.GetProperty("exit_code").GetInt32();
        KilledBy = root.GetProperty("killed_by").GetString();
        End = TimeSpan.FromMilliseconds(root.GetProperty("wall_ms").GetInt32());
        Asked = Invocation.Parse(cli, [.. root.GetProperty("argv").EnumerateArray().Skip(1).Select(argument => argument.GetString()!)]).Session;

        var output = File.ReadAllText(path + ".stdout.jsonl", Encoding.UTF8);
        Reported = SessionField().Match(output) is { Success: true } match ? match.Groups["id"].Value : null;
        var times = root.GetProperty("line_times_ms_and_bytes").EnumerateArray().Select(line => line[0].GetInt32()).ToList();
        Lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select((line, i) => new RecordedLine(TimeSpan.FromMilliseconds(times[Math.Min(i, times.Count - 1)]), line))];
        var signal = root.GetProperty("signal_at_ms");
        AfterSignal = signal.ValueKind == JsonValueKind.Null ? [] : [.. Lines.Where(line => line.At.TotalMilliseconds >= signal.GetInt32())];
    }

    public IReadOnlyList<RecordedLine> Lines { get; }

    /// <summary>Those that came after the signal it got.</summary>
    public IReadOnlyList<RecordedLine> AfterSignal { get; }

    public string Error { get; }

    /// <summary><see langword="null"/> if it was killed.</summary>
    public int? ExitCode { get; }

    public string? KilledBy { get; }

    public TimeSpan End { get; }

    /// <summary>The session that was asked for.</summary>
    public string? Asked { get; }

    /// <summary>The session that it named itself.</summary>
    public string? Reported { get; }

    public static Recording Load(Cli cli, string scenario) => new(cli, Path.Combine(AppContext.BaseDirectory, "Transcripts", cli.Name, scenario));

    [GeneratedRegex("\"(session_id|thread_id|sessionID|sessionId)\": ?\"(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SessionField();
}

/// <param name="At">Since the start.</param>
/// <param name="Text">Without its line feed.</param>
internal sealed record RecordedLine(TimeSpan At, string Text);
