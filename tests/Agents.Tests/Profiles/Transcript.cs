using System.Text;
using System.Text.Json;
using DurableAgentTasks.Agents.Profiles;

namespace DurableAgentTasks.Agents.Tests.Profiles;

/// <summary>The recorded output of a real run.</summary>
internal sealed record Transcript(byte[] Output, AgentRunEnd End)
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Transcripts");

    public static Transcript Load(string name)
    {
        var path = Path.Combine(Folder, name);
        using var meta = JsonDocument.Parse(File.ReadAllBytes(path + ".meta.json"));
        int? exitCode = meta.RootElement.GetProperty("killed_by").GetString() switch
        {
            null => meta.RootElement.GetProperty("exit_code").GetInt32(),
            "SIGKILL" => 128 + 9,
            "SIGTERM" => 128 + 15,
            var other => throw new InvalidDataException(other),
        };
        return new Transcript(File.ReadAllBytes(path + ".stdout.jsonl"), new AgentRunEnd(exitCode, File.ReadAllText(path + ".stderr", Encoding.UTF8), null));
    }
}
