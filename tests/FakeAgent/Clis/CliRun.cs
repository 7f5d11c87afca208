using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DurableAgentTasks.FakeAgent.Clis;

/// <summary>
/// Behaves like a real CLI: replays a recorded run of it, under the session that was asked for. Markers in the prompt say more:
/// <c>SCN=scenario</c> which run (success by default), <c>FILE=name</c> a file it changes half-way, <c>WAIT=path</c> that it hangs
/// half-way, in a tool, until that file exists. <c>FAKE_AGENT_SPEED</c> says how many times as fast as recorded (100 by default).
/// <para>What invocation n says at its end is the text of the file <c>answers/n</c> in the folder of <see cref="CliMemory"/>, if there is one (claude only).</para>
/// </summary>
internal sealed partial class CliRun : IDisposable
{
    private readonly Invocation _invocation;
    private readonly CliMemory _memory;
    private readonly Recording _recording;
    private readonly string _session;
    private readonly bool _isUnknown;
    private readonly string? _lastWords;
    private readonly double _speed = double.Parse(Environment.GetEnvironmentVariable("FAKE_AGENT_SPEED") ?? "100", CultureInfo.InvariantCulture);
    private readonly ManualResetEventSlim _interrupted = new();
    private Answer? _answer;
    private Process? _tool;

    private CliRun(Invocation invocation)
    {
        _invocation = invocation;
        _memory = CliMemory.Of(invocation.Cli);
        _isUnknown = invocation is { Resumes: true, Session: { } session } && !_memory.Knows(session);
        var scenario = Choose();
        _recording = Recording.Load(invocation.Cli, scenario);
        // One that was asked for a session and named another does so again.
        var followsOrder = _recording.Asked is null || _recording.Reported is null || _recording.Asked == _recording.Reported;
        _session = (followsOrder ? invocation.Session : null) ?? invocation.Cli.NewSession();
        _memory.Note(invocation, scenario, _session);
        _lastWords = _memory.LastWords();
    }

    public static int Run(string cli, string[] arguments)
    {
        using var run = new CliRun(Invocation.Parse(Cli.ByName[cli], arguments));
        return run.Run();
    }

    public void Dispose()
    {
        _tool?.Dispose();
        _interrupted.Dispose();
    }

    private string Choose()
    {
        var (cli, session) = (_invocation.Cli, _invocation.Session);
        if (_invocation.Marker("SCN") is { } chosen) return chosen == "edit" ? cli.Edit : chosen;
        if (cli.Refusal(_invocation) is { } refusal) return refusal;
        if (_isUnknown) return cli.UnknownSession(session!);
        if (session is not null && !_invocation.Resumes && _memory.IsTaken(session) && cli.TakenSession is { } taken) return taken;
        return _invocation.Resumes ? cli.Resumed : "success";
    }

    private int Run()
    {
        var answers = _invocation.Cli.Answers.Select(answer => PosixSignalRegistration.Create(answer.Key, context =>
        {
            context.Cancel = true;
            _answer = answer.Value;
            _interrupted.Set();
        })).ToList();
        var half = _recording.Lines.Count / 2;
        var clock = Stopwatch.StartNew();
        var finished = Replay(_recording.Lines.Take(half), clock) && WaitHalfWay() && Edit()
            && Replay(_recording.Lines.Skip(half), clock) && Pause(_recording.End - clock.Elapsed * _speed);
        var exitCode = finished ? End() : EndAnswering(_answer!);
        answers.ForEach(answer => answer.Dispose());
        return exitCode;
    }

    /// <summary>Whether nothing came in between.</summary>
    private bool Replay(IEnumerable<RecordedLine> lines, Stopwatch clock)
    {
        foreach (var line in lines)
        {
            if (!Pause(line.At - clock.Elapsed * _speed)) return false;
            Print(line, _recording);
        }

        return true;
    }

    private bool Pause(TimeSpan recorded) => !_interrupted.Wait(recorded > TimeSpan.Zero ? recorded / _speed : TimeSpan.Zero);

    private bool WaitHalfWay()
    {
        if (_invocation.Marker("WAIT") is not { } path) return true;
        // As with the real ones, the shell of a tool has a session of its own.
        if (OperatingSystem.IsLinux()) _tool = Process.Start("setsid", ["sleep", "86400"]);
        while (!File.Exists(path))
        {
            if (_interrupted.Wait(2)) return false;
        }

        EndTool();
        return true;
    }

    private bool Edit()
    {
        if (_invocation.Marker("FILE") is { } name) File.AppendAllText(name, $"edited in session {_session}\n");
        return true;
    }

    private int End()
    {
        Console.Error.Write(Translate(_recording.Error, _recording));
        if (_recording.KilledBy == "SIGKILL")
        {
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }

        return _recording.ExitCode ?? 128 + 15;
    }

    private int EndAnswering(Answer answer)
    {
        if (!answer.LeavesTools) EndTool();
        var interrupted = Recording.Load(_invocation.Cli, answer.Scenario);
        foreach (var line in interrupted.AfterSignal) Print(line, interrupted);
        return interrupted.ExitCode!.Value;
    }

    private void EndTool()
    {
        _tool?.Kill();
        _tool?.WaitForExit();
    }

    private void Print(RecordedLine line, Recording recording)
    {
        if (!_isUnknown || _session != _invocation.Session) _memory.Remember(_session);
        Console.WriteLine(Translate(line.Text, recording));
    }

    /// <summary>The sessions of the recorded run become ours.</summary>
    private string Translate(string text, Recording recording)
    {
        if (recording.Reported is { } reported) text = text.Replace(reported, _session, StringComparison.Ordinal);
        if (recording.Asked is { } asked) text = text.Replace(asked, _invocation.Session ?? _session, StringComparison.Ordinal);
        return _lastWords is null ? text : FinalText().Replace(text, _ => $"\"result\":{JsonSerializer.Serialize(_lastWords)}");
    }

    [GeneratedRegex(@"""result"":""([^""\\]|\\.)*""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex FinalText();
}
