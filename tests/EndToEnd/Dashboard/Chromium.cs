using Microsoft.Playwright;

namespace DurableAgentTasks.EndToEnd.Dashboard;

/// <summary>A real Chromium or Chrome, as it is installed on this machine: nothing is downloaded. One for all tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>The tests that share it.</summary>
    public const string Tests = "Dashboard";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } program) return;
        Assertions.SetDefaultExpectTimeout(30_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            // As root, which containers often are, it does not start with its sandbox; what it shows here is our own.
            ExecutablePath = program, Args = ["--no-sandbox"],
        });
    }

    /// <summary>A browser that knows nothing of others: storage and cookies are its own.</summary>
    public async Task<IBrowserContext> OpenAsync()
    {
        Assert.SkipUnless(_browser is not null, $"no browser: install Chromium ({string.Join(", ", Names)} is looked for in PATH)");
        return await _browser!.NewContextAsync(new() { ReducedMotion = ReducedMotion.Reduce });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
    }

    private static string? Find() =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         from name in Names
         let program = Path.Combine(folder, name)
         where File.Exists(program)
         select program).FirstOrDefault();
}

[CollectionDefinition(Chromium.Tests)]
public sealed class ChromiumTests : ICollectionFixture<Chromium>;
