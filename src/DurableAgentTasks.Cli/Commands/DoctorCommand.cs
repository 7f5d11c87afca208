using System.CommandLine;
using System.Net;
using System.Text.Json;

namespace DurableAgentTasks.Cli.Commands;

internal static class DoctorCommand
{
    private const string Description = "Say whether the host can do its work, what is missing, and how to get it. Ends with 1 if something is missing.";

    public static Command Create(HostOptions host) => host.Run(new Command("doctor", Description), async (session, _, cancellationToken) =>
    {
        var ready = await session.Api.SendAsync(new HttpRequestMessage(HttpMethod.Get, "readyz"), cancellationToken, HttpStatusCode.ServiceUnavailable);
        var findings = Checks(ready).Concat(Agents(ready)).Concat(Tools(ready)).ToList();
        if (session.Json) session.WriteJson(ready);
        else foreach (var (good, text) in findings) session.WriteLine($"{(good ? "ok     " : "missing")} {text}");
        return findings.TrueForAll(finding => finding.Good) ? ExitCode.Done : ExitCode.Failed;
    });

    private static IEnumerable<(bool Good, string Text)> Checks(JsonElement ready) =>
        from check in ready.GetProperty("checks").EnumerateArray()
        let name = Text(check, "name")
        select check.GetProperty("ready").GetBoolean() ? (true, name) : (false, $"{name}: {Text(check, "missing")}");

    private static IEnumerable<(bool Good, string Text)> Agents(JsonElement ready)
    {
        if (!ready.TryGetProperty("agents", out var agents)) yield break;
        if (agents.ValueKind == JsonValueKind.Null)
        {
            yield return (false, "agents: they could not be looked for; the host's log says why.");
            yield break;
        }

        foreach (var agent in agents.EnumerateArray())
        {
            var name = Text(agent, "name");
            if (!agent.GetProperty("found").GetBoolean()) yield return (false, $"{name}: not installed. {Text(agent, "howToInstall")}");
            else if (Text(agent, "problem") is { Length: > 0 } problem) yield return (false, $"{name} ({Text(agent, "path")}): {problem}");
            else yield return (true, string.Join(' ', new[] { name, Text(agent, "version"), Text(agent, "path") }.Where(text => text.Length > 0)));
        }
    }

    /// <summary>An older host does not tell them.</summary>
    private static IEnumerable<(bool Good, string Text)> Tools(JsonElement ready) =>
        from tool in ready.TryGetProperty("tools", out var tools) ? tools.EnumerateArray().ToArray() : []
        let name = Text(tool, "name")
        select tool.GetProperty("found").GetBoolean() ? (true, $"{name} {Text(tool, "version")}".TrimEnd()) : (false, $"{name}: {Text(tool, "missing")}");

    private static string Text(JsonElement of, string name) => of.TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";
}
