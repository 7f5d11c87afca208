using System.Text.Json;
using DurableAgentTasks.Cli.Api;

namespace DurableAgentTasks.Cli.Output;

/// <summary>Prints lines of a log, as they were printed by the agent.</summary>
internal sealed class LogPrinter(Session session, bool timestamps)
{
    public void Print(JsonElement line)
    {
        if (session.Json)
        {
            session.WriteJsonLine(line);
            return;
        }

        var text = line.GetProperty("text").GetString()!;
        session.WriteLine(timestamps ? $"{line.GetProperty("time").GetDateTimeOffset():O} {text}" : text);
    }

    /// <summary>Prints it if it is a line of the log.</summary>
    public void PrintEvent(ServerEvent next)
    {
        if (next.Type == "log") Print(JsonElement.Parse(next.Data));
    }
}
