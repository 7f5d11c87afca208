using System.Text.RegularExpressions;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Agents.Discovery;

/// <summary>Asks a CLI for its version by <c>--version</c>, with its standard input closed: some would wait there for a prompt.</summary>
internal sealed class VersionCheck(DataFolderId data, TimeProvider time)
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private const int LongestOutput = 64 * 1024;

    /// <summary>In <c>2.1.197 (Claude Code)</c>, <c>codex-cli 0.169.0</c>, <c>GitHub Copilot CLI 1.0.102.</c></summary>
    private static readonly Regex Number = new(
        @"[0-9]+(\.[0-9]+)+(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    private static readonly TaskId NoTask = TaskId.Parse("agent-version");

    /// <summary>Takes at most <see cref="Limit"/> and what it takes to end the process.</summary>
    /// <exception cref="IOException">The folder for temporary files cannot be written.</exception>
    public async Task<Answer> AskAsync(string path)
    {
        var folder = Directory.CreateTempSubdirectory("dat-version-");
        try
        {
            using var tooLong = new CancellationTokenSource(Limit, time);
            var start = await SupervisedProcess.StartAsync(ToSpec(path, folder.FullName), time, tooLong.Token, CancellationToken.None);
            if (start is ProcessStart.Refused refused) return new Answer(null, refused.Message);
            var process = ((ProcessStart.Started)start).Process;
            var exit = await process.Completion;
            if (exit.StoppedBy is not null) return new Answer(null, $"{path} --version did not end within {Limit.TotalSeconds:0} s.");
            return Read(path, exit, process.Folder);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private ProcessSpec ToSpec(string path, string folder)
    {
        var environment = new Dictionary<string, string?> { ["NO_COLOR"] = "1" };
        if (SearchPath.WithNodeBeside(path, path: null) is { } searched) environment["PATH"] = searched;
        return new ProcessSpec
        {
            FileName = path,
            Arguments = ["--version"],
            WorkingDirectory = folder,
            Environment = environment,
            Folder = new RunFolder(Path.Combine(folder, "run")),
            Tag = RunTag.Create(data, NoTask, Path.GetFileName(folder)),
            Grace = TimeSpan.FromSeconds(1),
        };
    }

    private static Answer Read(string path, ProcessExit exit, RunFolder folder)
    {
        var (output, error) = (Text(folder.StandardOutput), Text(folder.StandardError));
        foreach (var text in new[] { output, error })
            if (exit.ExitCode == 0 && Number.Match(text) is { Success: true } match) return new Answer(match.Value, null);
        var said = (error.Length > 0 ? error : output).Trim();
        return new Answer(null, $"{path} --version {Ending(exit)}{(said.Length > 0 ? $": {said[..Math.Min(said.Length, 200)]}" : ".")}");
    }

    private static string Ending(ProcessExit exit) => exit.ExitCode switch
    {
        null => "was killed",
        0 => "told no version",
        { } code => $"exited with {code}",
    };

    private static string Text(string file)
    {
        if (!File.Exists(file)) return "";
        using var reader = new StreamReader(file);
        var buffer = new char[LongestOutput];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }

    internal sealed record Answer(string? Version, string? Problem);
}
