using System.Runtime.InteropServices;
using DurableAgentTasks.Agents.Profiles;

namespace DurableAgentTasks.Agents.Discovery;

/// <summary>The program that an npm package's start script would run.</summary>
internal static class NativeBinary
{
    private static readonly string Os = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    private static readonly bool Arm = RuntimeInformation.OSArchitecture == Architecture.Arm64;

    private static readonly Dictionary<string, string> Values = new()
    {
        ["{os}"] = Os,
        ["{cpu}"] = Arm ? "arm64" : "x64",
        ["{libc}"] = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "musl" : "",
        ["{exe}"] = OperatingSystem.IsWindows() ? ".exe" : "",
        ["{target}"] = (Arm ? "aarch64-" : "x86_64-") + Os switch
        {
            "win32" => "pc-windows-msvc",
            "darwin" => "apple-darwin",
            _ => "unknown-linux-musl",
        },
    };

    /// <summary>
    /// <see langword="null"/> if the package has none, or it is not there. Looked for as Node.js looks for a package: in the
    /// <c>node_modules</c> of each folder from the script upwards.
    /// </summary>
    public static string? Behind(string found, AgentPackage? package)
    {
        if (package?.NativeBinary is not { } pattern) return null;
        var relative = Values.Aggregate(pattern, static (path, value) => path.Replace(value.Key, value.Value, StringComparison.Ordinal));
        var script = File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found;
        return StartFolders(script, package)
            .SelectMany(Upwards)
            .Select(folder => Path.Combine(folder, "node_modules", relative))
            .FirstOrDefault(Executable.Is);
    }

    /// <summary>On Windows npm makes no link but a script that stands beside its <c>node_modules</c>.</summary>
    private static IEnumerable<string> StartFolders(string script, AgentPackage package)
    {
        var folder = Path.GetDirectoryName(script)!;
        return OperatingSystem.IsWindows() ? [Path.Combine(folder, "node_modules", package.Name), folder] : [folder];
    }

    private static IEnumerable<string> Upwards(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at)) yield return at;
    }
}
