using System.Diagnostics;
using System.Reflection;
using DurableAgentTasks.Contracts.ModelApi;

namespace DurableAgentTasks.Contracts.RealAgents;

/// <summary>
/// A real agent CLI of a fixed version. When <c>DAT_REAL_AGENTS=1</c> asks for it, npm installs it under <c>artifacts/agents</c>, once;
/// else, or where that is not possible, the test that asks is skipped with the reason.
/// </summary>
public sealed record RealAgent
{
    private static readonly string Artifacts = typeof(RealAgent).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "Artifacts").Value!;

    private readonly string _package;
    private readonly string _version;
    private readonly Func<string, ModelApiServer, IReadOnlyDictionary<string, string?>> _prepare;
    private readonly Lazy<Task<string>> _installed;

    private RealAgent(
        string name, string package, string version, IReadOnlyList<string> arguments,
        Func<string, ModelApiServer, IReadOnlyDictionary<string, string?>> prepare)
    {
        (Name, _package, _version, Arguments, _prepare) = (name, package, version, arguments, prepare);
        _installed = new Lazy<Task<string>>(InstallAsync);
    }

    public static RealAgent Claude { get; } = new(
        "claude", "@anthropic-ai/claude-code", "2.1.197", ["--dangerously-skip-permissions"],
        (home, api) => new Dictionary<string, string?>
        {
            ["HOME"] = home,
            ["ANTHROPIC_BASE_URL"] = api.Url,
            ["ANTHROPIC_API_KEY"] = "sk-local",
            ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
            // Else it refuses its argument to root.
            ["IS_SANDBOX"] = "1",
        });

    public static RealAgent Codex { get; } = new(
        "codex", "@openai/codex", "0.169.0", ["--dangerously-bypass-approvals-and-sandbox"],
        (home, api) =>
        {
            File.WriteAllText(Path.Combine(home, "config.toml"), $"""
                model = "gpt-5"
                model_provider = "local"
                [model_providers.local]
                name = "local"
                base_url = "{api.Url}/v1"
                env_key = "LOCAL_KEY"
                wire_api = "responses"
                """);
            return new Dictionary<string, string?> { ["HOME"] = home, ["CODEX_HOME"] = home, ["LOCAL_KEY"] = "sk-local" };
        });

    /// <summary>The name of its profile.</summary>
    public string Name { get; }

    /// <summary>What lets it use its tools without being asked; the operator's part of the command line.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>The path of its native binary: the wrapper that npm makes takes no signals. Skips the test if it cannot be had.</summary>
    public async Task<string> ExecutableAsync()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("DAT_REAL_AGENTS") == "1", $"{Name} is only run if DAT_REAL_AGENTS=1 asks for it (needs npm and git)");
        try
        {
            return await _installed.Value;
        }
        catch (NotInstallableException e)
        {
            Assert.Skip($"{Name} {_version} could not be installed: {e.Message}");
            throw;
        }
    }

    /// <summary>The environment of a run that keeps its sessions in <paramref name="home"/>, an existing folder, and asks <paramref name="api"/>.</summary>
    public IReadOnlyDictionary<string, string?> EnvironmentOf(string home, ModelApiServer api) => _prepare(home, api);

    private async Task<string> InstallAsync()
    {
        var folder = Path.Combine(Artifacts, "agents", $"{Name}-{_version}");
        if (FindBinary(folder) is { } there) return there;

        // Made beside it and renamed when it is whole: another process may do the same.
        var unfinished = $"{folder}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(unfinished);
        try
        {
            await NpmAsync("install", "--prefix", unfinished, "--no-audit", "--no-fund", "--ignore-scripts", $"{_package}@{_version}");
            if (FindBinary(unfinished) is null) throw new NotInstallableException("its package has no binary for this machine");
            if (!Directory.Exists(folder)) Directory.Move(unfinished, folder);
        }
        finally
        {
            if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        }

        return FindBinary(folder)!;
    }

    /// <summary>It lies in a package of its own for each kind of machine, of which npm takes the one that fits.</summary>
    private string? FindBinary(string folder)
    {
        var (scope, name) = (_package.Split('/')[0], _package.Split('/')[1]);
        var packages = Path.Combine(folder, "node_modules", scope);
        return Directory.Exists(packages)
            ? Directory.EnumerateDirectories(packages, $"{name}-*")
                .SelectMany(package => Directory.EnumerateFiles(package, Name + (OperatingSystem.IsWindows() ? ".exe" : ""), SearchOption.AllDirectories))
                .FirstOrDefault()
            : null;
    }

    private static async Task NpmAsync(params string[] arguments)
    {
        Process npm;
        try
        {
            npm = Process.Start(new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", arguments)
            {
                RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            })!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new NotInstallableException($"npm could not be started: {e.Message}");
        }

        using (npm)
        {
            var output = npm.StandardOutput.ReadToEndAsync();
            var error = await npm.StandardError.ReadToEndAsync();
            await output;
            await npm.WaitForExitAsync();
            if (npm.ExitCode != 0) throw new NotInstallableException(error.Trim());
        }
    }

    private sealed class NotInstallableException(string message) : Exception(message);
}
