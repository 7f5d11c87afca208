using System.Text.Json;

namespace DurableAgentTasks.FakeAgent.Clis;

/// <summary>
/// What the CLIs remember in the folder that <c>FAKE_AGENT_HOME</c> names: a file for each session, and a line of
/// <c>invocations.jsonl</c> for each invocation, for tests to read. Without it every session is known and none is taken.
/// </summary>
internal sealed class CliMemory(string? home, Cli cli)
{
    public static CliMemory Of(Cli cli) => new(Environment.GetEnvironmentVariable("FAKE_AGENT_HOME"), cli);

    public bool Knows(string session) =>
        home is null || (File.Exists(PathOf(session)) && (!cli.IsScopedToFolder || File.ReadAllText(PathOf(session)) == Environment.CurrentDirectory));

    public bool IsTaken(string session) => home is not null && File.Exists(PathOf(session));

    public void Remember(string session)
    {
        if (home is null) return;
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(session))!);
        if (!File.Exists(PathOf(session))) File.WriteAllText(PathOf(session), Environment.CurrentDirectory);
    }

    public void Note(Invocation invocation, string scenario, string? session)
    {
        if (home is null) return;
        var line = JsonSerializer.Serialize(new
        {
            cli = cli.Name, pid = Environment.ProcessId, arguments = invocation.Arguments, prompt = invocation.Prompt, resumes = invocation.Resumes,
            session, scenario, directory = Environment.CurrentDirectory,
        });
        Directory.CreateDirectory(home);
        File.AppendAllText(Path.Combine(home, "invocations.jsonl"), line + "\n");
    }

    /// <summary>What a test wants the present invocation to say at its end.</summary>
    public string? LastWords()
    {
        if (home is null) return null;
        var path = Path.Combine(home, "answers", $"{File.ReadLines(Path.Combine(home, "invocations.jsonl")).Count()}");
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    private string PathOf(string session) => Path.Combine(home!, cli.Name, Uri.EscapeDataString(session));
}
