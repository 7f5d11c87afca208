using System.Diagnostics;
using System.Text.RegularExpressions;

namespace DurableAgentTasks.Contracts.Blobs;

/// <summary>
/// Azure Storage's emulator from <c>tests/node_modules</c>, in memory, on a free loopback port, for as long as the fixture lives.
/// Where it is not installed the tests that ask for its connection are skipped.
/// </summary>
public sealed partial class Azurite : IAsyncLifetime
{
    private const string Account = "devstoreaccount1";

    // The emulator's well-known key, no secret: https://learn.microsoft.com/azure/storage/common/storage-connect-azurite
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // Its input ends with this process, however that ends; nothing is left behind even by kill -9.
    private const string EndWithUs = "process.stdin.on('end', () => process.exit()).resume(); require(process.argv[1])";

    private Process? _process;
    private string? _connection;

    /// <summary>A connection string; skips the test that asks if there is no emulator.</summary>
    public string Connection
    {
        get
        {
            Assert.SkipWhen(_connection is null, "Azurite is not installed: run `npm ci` in the folder tests (needs Node.js).");
            return _connection!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (FindScript() is not { } script) return;
        _process = Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList =
            {
                "-e", EndWithUs, script, "--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence", "--skipApiVersionCheck",
                "--disableTelemetry",
            },
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var address = await ReadAddressAsync(_process.StandardOutput).WaitAsync(TimeSpan.FromSeconds(60));
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _connection = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={address}/{Account};";
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string? FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, "tests", "node_modules", "azurite", "dist", "src", "blob", "main.js");
            if (File.Exists(script)) return script;
        }

        return null;
    }

    /// <summary>It says where it listens, as it has chosen the port itself, once it does.</summary>
    private static async Task<string> ReadAddressAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            var match = Listening().Match(line);
            if (match.Success) return match.Groups["address"].Value;
        }

        throw new InvalidOperationException("Azurite ended before it listened.");
    }

    [GeneratedRegex(@"successfully listens on (?<address>http://127\.0\.0\.1:[0-9]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Listening();
}
