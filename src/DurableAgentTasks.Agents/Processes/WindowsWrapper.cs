using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// The same as <see cref="PosixWrapper"/> in a batch file. Best effort: not exercised in CI. The command's argument may not hold a line
/// break, and ending the run means killing the tree.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class WindowsWrapper
{
    public static ProcessStartInfo StartInfo(RunFolder folder, string executable, IEnumerable<string> arguments)
    {
        var batch = Path.Combine(folder.Path, "run.cmd");
        var command = string.Join(' ', arguments.Prepend(executable).Select(Quote));
        var input = File.Exists(folder.StandardInput) ? $"\"{Percent(folder.StandardInput)}\"" : "nul";
        File.WriteAllText(
            batch,
            $"""
            @chcp 65001 >nul
            @{command} <{input} >>"{Percent(folder.StandardOutput)}" 2>>"{Percent(folder.StandardError)}"
            @echo %errorlevel%>"{Percent(folder.ExitFile)}"

            """.ReplaceLineEndings("\r\n"));
        return new ProcessStartInfo("cmd.exe", ["/d", "/c", batch])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            CreateNewProcessGroup = true,
        };
    }

    /// <summary>First for the program's own parser (backslashes before a quote are doubled), then for cmd, which must see no quote of its own.</summary>
    private static string Quote(string argument)
    {
        var quoted = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var c in argument)
        {
            if (c == '"') quoted.Append('\\', backslashes + 1);
            backslashes = c == '\\' ? backslashes + 1 : 0;
            quoted.Append(c);
        }

        quoted.Append('\\', backslashes).Append('"');
        return Percent(string.Concat(quoted.ToString().Select(c => "\"^&|<>()!".Contains(c) ? $"^{c}" : c.ToString())));
    }

    private static string Percent(string text) => text.Replace("%", "%%");
}
