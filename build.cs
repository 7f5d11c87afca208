// dotnet run build.cs -- test | simulate [--seeds N] [--from S] [--seed S] | contract [--url URL] [--durable-url URL] | format [--check] | bench [arguments] | publish
#:property PublishAot=false
using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;

var root = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
var rest = args.Skip(1).ToArray();
return args.FirstOrDefault() switch
{
    "test" => Test(),
    "simulate" => Simulate(rest),
    "contract" => Contract(),
    "format" => Format(),
    "bench" => Run("dotnet", ["run", "--configuration", "Release", "--project", "tests/Benchmarks", "--", .. rest]),
    "publish" => Publish("Local") + Publish("Cli") + (HasFunctionsPackages() ? Publish("Functions", "publish-functions") : 0),
    _ => Usage(),
};

// After the look at the feed: the format check reads every project, and one without its packages is full of errors.
int Format()
{
    HasFunctionsPackages();
    return Run("dotnet", ["format", .. rest.Select(argument => argument == "--check" ? "--verify-no-changes" : argument)]);
}

int Publish(string project, string folder = "publish") =>
    Run("dotnet", ["publish", $"src/DurableAgentTasks.{project}", "--configuration", "Release", "--output", $"artifacts/{folder}"]);

int Usage()
{
    Console.Error.WriteLine("dotnet run build.cs -- test | simulate [--seeds N] [--from S] [--seed S] | contract [--url URL [--key KEY] [--workspace DIR]] [--durable-url URL] | format [--check] | bench [arguments] | publish");
    return 2;
}

// Whether the feed has the packages of Azure Functions. Found out once, by building the product's project that needs them (it restores a
// second project while it builds), and kept in artifacts/feed.props for every build.
bool HasFunctionsPackages()
{
    var props = new FileInfo(Path.Combine(root, "artifacts", "feed.props"));
    if (!props.Exists || props.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(root, "Directory.Packages.props")))
    {
        Console.WriteLine("Looking whether the package feed carries Azure Functions...");
        var (_, output) = Read("dotnet", ["build", "src/DurableAgentTasks.Functions", "--nologo", "-p:FunctionsPackages=true"]);

        // Only what NuGet cannot find is the feed's; any other error is ours, and the build that follows shows it.
        var missing = output.Split('\n').FirstOrDefault(line => line.Contains("error NU", StringComparison.Ordinal))?.Trim();
        Directory.CreateDirectory(props.DirectoryName!);
        new XElement("Project", new XElement("PropertyGroup",
            new XElement("FunctionsPackages", missing is null), new XElement("FunctionsPackagesMissing", missing))).Save(props.FullName);
    }

    var found = XElement.Load(props.FullName).Element("PropertyGroup")!;
    if ((bool)found.Element("FunctionsPackages")!) return true;
    Console.WriteLine($"""
        *** DurableAgentTasks.Functions AND FunctionsContractHost ARE LEFT OUT: the package feed does not carry Azure Functions. Everything else is built and tested.
        *** {found.Element("FunctionsPackagesMissing")!.Value}
        *** Delete artifacts/feed.props to look again.
        """);
    return false;
}

// The contracts against hosts that run already, such as those that `func start` starts: of the HTTP API and of the management operations
// against the product, and of durable orchestrations against tests/FunctionsContractHost. One after the other, since a purge of many takes
// what another test has just completed.
int Contract()
{
    var options = new Dictionary<string, string>();
    for (var i = 0; i + 1 < rest.Length; i += 2) options[rest[i]] = rest[i + 1];
    string[] urls = ["--url", "--durable-url"];
    if (rest.Length % 2 != 0 || !urls.Any(options.ContainsKey) || options.Keys.Except([.. urls, "--key", "--workspace"]).Any()) return Usage();
    if (options.TryGetValue("--workspace", out var workspace) && !Directory.Exists(workspace))
    {
        Console.Error.WriteLine($"--workspace {workspace} is not there: name a folder that the host sees too, by the same path.");
        return 2;
    }

    string[] ofTheApi = options.ContainsKey("--url") ? ["*LocalHttpApiTests", "*LocalManagementApiTests"] : [];
    string[] ofTheEngine = options.ContainsKey("--durable-url") ? ["*FunctionsDurableContextTests"] : [];
    foreach (var (name, value) in options)
        Environment.SetEnvironmentVariable($"DAT_CONTRACT_{name[2..].Replace('-', '_').ToUpperInvariant()}", value);
    return Run("dotnet", ["build", "tests/EndToEnd", "--nologo", "--verbosity", "quiet"]) is not 0 and var broken
        ? broken
        : Run("dotnet", ["run", "--no-build", "--project", "tests/EndToEnd", "--", "--filter-class", .. ofTheApi, .. ofTheEngine, "--parallel", "none", "--no-progress"]);
}

// The whole workflow under simulated mishaps; each seed is another life of a task. Needs speed, so it is built for release.
int Simulate(IEnumerable<string> options) =>
    Run("dotnet", ["run", "--configuration", "Release", "--project", "tests/Simulation", "--", .. options]);

// Builds, runs every test project of the solution and the simulation, and closes with the tests that failed, once more, and the sum of what
// the reports count. All the seeds of the simulation count as one test.
int Test()
{
    var sum = new Counts(0, 0, 0);
    var failures = new List<string>();
    HasFunctionsPackages();
    InstallBrowser();
    if (!InstallNodeModules() || Run("dotnet", ["build", "--nologo", "--verbosity", "quiet"]) != 0)
    {
        sum += Counts.Broken;
    }
    else
    {
        foreach (var project in TestProjects()) sum += RunTests(project, failures);
        Console.WriteLine("== Simulation");
        sum += Simulate(["--seeds", "10000"]) == 0 ? new Counts(1, 0, 0) : Counts.Broken;
    }

    Console.WriteLine();
    foreach (var test in failures) Console.WriteLine($"failed {test}");
    if (sum.Skipped > 0) Console.WriteLine($"{sum.Skipped} skipped, each with its reason above");
    Console.WriteLine(sum);
    return sum.Failed == 0 ? 0 : 1;
}

bool InstallNodeModules()
{
    var tests = Path.Combine(root, "tests");
    var installed = new FileInfo(Path.Combine(tests, "node_modules", ".package-lock.json"));
    var wanted = new FileInfo(Path.Combine(tests, "package-lock.json"));
    if (installed.Exists && installed.LastWriteTimeUtc >= wanted.LastWriteTimeUtc) return true;
    string[] install = ["ci", "--prefix", tests, "--no-fund", "--no-audit"];
    return OperatingSystem.IsWindows() ? Run("cmd", ["/c", "npm", .. install]) == 0 : Run("npm", install) == 0;
}

// The tests of the dashboard want a Chromium or Chrome. Where there is none, Debian's package is installed; without it they are skipped.
void InstallBrowser()
{
    string[] browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    if (browsers.Any(IsInPath) || !OperatingSystem.IsLinux()) return;
    string[] asRoot = Environment.UserName == "root" ? ["env"] : ["sudo", "--non-interactive", "env"];
    string[] apt = [.. asRoot.Skip(1), "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--yes"];
    Console.WriteLine("Installing chromium for the tests of the dashboard...");
    if (IsInPath("apt-get") && IsInPath(asRoot[0]) && Run(asRoot[0], [.. apt, "update"]) == 0
        && Run(asRoot[0], [.. apt, "install", "--no-install-recommends", "chromium"]) == 0) return;
    Console.WriteLine("""
        *** THE TESTS OF THE DASHBOARD ARE SKIPPED: there is no Chromium or Chrome in PATH, and it could not be installed.
        *** Install it (Debian: apt-get install chromium, as root) and run this again.
        """);
}

bool IsInPath(string program) =>
    (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

IEnumerable<string> TestProjects() =>
    Capture("dotnet", ["sln", "list"]).Split('\n', StringSplitOptions.TrimEntries)
        .Where(line => line.EndsWith(".Tests.csproj", StringComparison.Ordinal) || line.EndsWith("EndToEnd.csproj", StringComparison.Ordinal))
        .Select(line => line.Replace('\\', '/'));

// A test program that ends in another way than with all passed, and has no failed test to show for it, is itself the failure.
Counts RunTests(string project, List<string> failures)
{
    var name = Path.GetFileNameWithoutExtension(project);
    var reports = Directory.CreateDirectory(Path.Combine(root, "artifacts", "tests")).FullName;
    var report = Path.Combine(reports, $"{name}.json");
    File.Delete(report);
    Console.WriteLine($"== {name}");
    var exitCode = Run("dotnet", [
        "run", "--no-build", "--project", project, "--", "--results-directory", reports,
        "--report-ctrf", "--report-ctrf-filename", Path.GetFileName(report), "--no-progress", "--no-ansi"]);
    var counts = File.Exists(report) ? Counts.Read(report) : new Counts(0, 0, 0);
    if (counts.Failed > 0) failures.AddRange(Counts.FailuresIn(report));
    return exitCode == 0 || counts.Failed > 0 ? counts : counts + Counts.Broken;
}

int Run(string program, string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = root, UseShellExecute = false })!;
    process.WaitForExit();
    return process.ExitCode;
}

string Capture(string program, string[] arguments) =>
    Read(program, arguments) is (0, var output) ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed.");

(int ExitCode, string Output) Read(string program, string[] arguments)
{
    var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = root, UseShellExecute = false, RedirectStandardOutput = true };
    using var process = Process.Start(start)!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return (process.ExitCode, output);
}

#pragma warning disable MA0047 // A file-based program has no namespace.
internal sealed record Counts(int Passed, int Failed, int Skipped)
{
    /// <summary>What could not be built or run to its end.</summary>
    public static Counts Broken => new(0, 1, 0);

    public static Counts operator +(Counts one, Counts other) =>
        new(one.Passed + other.Passed, one.Failed + other.Failed, one.Skipped + other.Skipped);

    /// <summary>Reads a report in the Common Test Report Format (https://ctrf.io).</summary>
    public static Counts Read(string report)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(report));
        var summary = document.RootElement.GetProperty("results").GetProperty("summary");
        int Of(string status) => summary.GetProperty(status).GetInt32();
        return new Counts(Of("passed"), Of("failed") + Of("other"), Of("skipped") + Of("pending"));
    }

    /// <summary>The tests that failed, each with its name and the beginning of its message.</summary>
    public static string[] FailuresIn(string report)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(report));
        return [.. from test in document.RootElement.GetProperty("results").GetProperty("tests").EnumerateArray()
                   where test.GetProperty("status").GetString() is "failed" or "other"
                   let message = test.TryGetProperty("message", out var said) ? said.GetString()! : "no message"
                   select $"{test.GetProperty("name").GetString()}: {message[..Math.Min(message.Length, 300)]}"];
    }

    public override string ToString() => $"{Passed} passed, {Failed} failed";
}
