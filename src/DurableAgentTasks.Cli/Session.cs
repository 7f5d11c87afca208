using System.Text.Json;
using DurableAgentTasks.Cli.Api;
using DurableAgentTasks.Core.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DurableAgentTasks.Cli;

/// <summary>One run of a command: the host it speaks to and where it prints.</summary>
internal sealed class Session(TaskApiClient api, TextWriter output, TextWriter error, bool json) : IDisposable
{
    // Whoever reads from a pipe wants whole lines.
    private const int WidthOfPipe = 10_000;

    private static readonly JsonSerializerOptions Indented = new(TaskJson.Options) { WriteIndented = true };

    private readonly IAnsiConsole _console = CreateConsole(output);

    public TaskApiClient Api => api;

    /// <summary>Whether answers are printed as they come.</summary>
    public bool Json => json;

    /// <summary>A document, for scripts and people.</summary>
    public void WriteJson(JsonElement document) => output.WriteLine(JsonSerializer.Serialize(document, Indented));

    /// <summary>One of many documents: a line of its own.</summary>
    public void WriteJsonLine(JsonElement document) => output.WriteLine(JsonSerializer.Serialize(document, TaskJson.Options));

    public void WriteLine(string text) => output.WriteLine(text);

    /// <summary>Bytes as they are: they need not be text.</summary>
    public async Task WriteRawAsync(Stream content, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(output, Console.Out))
        {
            await output.FlushAsync(cancellationToken);
            await using var raw = Console.OpenStandardOutput();
            await content.CopyToAsync(raw, cancellationToken);
            return;
        }

        using var reader = new StreamReader(content);
        await output.WriteAsync(await reader.ReadToEndAsync(cancellationToken));
    }

    public void Write(IRenderable shown) => _console.Write(shown);

    /// <summary>Says something that was not asked for; it does not get between what was.</summary>
    public void Say(string text) => error.WriteLine(text);

    public void Dispose() => api.Dispose();

    private static IAnsiConsole CreateConsole(TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = WidthOfPipe;
        return console;
    }
}
