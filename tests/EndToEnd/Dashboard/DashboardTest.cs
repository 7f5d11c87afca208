using System.Collections.Concurrent;
using DurableAgentTasks.EndToEnd.Hosting;
using Microsoft.Playwright;

namespace DurableAgentTasks.EndToEnd.Dashboard;

/// <summary>
/// The dashboard in a real browser, of a real host with tasks of real commands. Whatever a test does, no script may fail, no dialog of a
/// page open, and the page's policy never be broken.
/// </summary>
[Collection(Chromium.Tests)]
public abstract class DashboardTest(Chromium chromium) : IAsyncLifetime
{
    protected const int Patience = 120_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dat-e2e-");
    private readonly ConcurrentQueue<string> _faults = new();
    private LocalHostProcess? _host;
    private IBrowserContext? _context;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The host's configuration.</summary>
    protected virtual IReadOnlyDictionary<string, string>? Settings => null;

    protected string Workspace => Directory.CreateDirectory(Path.Combine(_folder.FullName, "shop")).FullName;

    protected HttpClient Http => _host!.Http;

    protected IPage Page { get; private set; } = null!;

    /// <summary>The one dialog that is open.</summary>
    protected ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    protected ILocator Badge => Page.Locator(".task-head .badge");

    private string Data => Path.Combine(_folder.FullName, "data");

    public virtual async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "its tasks are commands of a POSIX shell");
        _context = await chromium.OpenAsync();
        Page = await _context.NewPageAsync();
        Page.Console += (_, message) => Judge(message.Type, message.Text);
        Page.PageError += (_, error) => _faults.Enqueue(error);
        Page.Dialog += async (_, dialog) =>
        {
            _faults.Enqueue($"A dialog opened: {dialog.Message}");
            await dialog.DismissAsync();
        };
        await GitRepository.CreateAsync(Workspace);
        _host = await LocalHostProcess.StartAsync(Data, Cancellation, Settings);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_context is not null) await _context.CloseAsync();
        if (_host is not null)
        {
            await _host.StopAsync(CancellationToken.None);
            await _host.DisposeAsync();
            TaggedProcesses.KillAll(Data);
        }

        _folder.Delete(recursive: true);
        Assert.Empty(_faults);
    }

    protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    protected Task OpenAsync(string hash = "") => Page.GotoAsync($"{Http.BaseAddress}{hash}");

    protected Task OpenTaskAsync(string id) => OpenAsync($"#/tasks/{id}");

    protected ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Presses a button of the dialog that is open.</summary>
    protected Task ConfirmAsync(string name) => Dialog.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

    protected Task ExpectConnectionAsync(string state) => Expect(Page.Locator("#connection")).ToHaveTextAsync(state);

    protected Task StartTaskAsync(string id, params string[] commands) => TaskApi.StartAsync(Http, ShellTask.Of(id, Workspace, commands), Cancellation);

    /// <summary>A command that goes on once a file of this name is in the workspace.</summary>
    protected static string Until(string file) => $"while [ ! -e {file} ]; do sleep 0.02; done";

    protected Task LetAsync(string file) => File.WriteAllTextAsync(Path.Combine(Workspace, file), "", Cancellation);

    /// <summary>Kills the host as <c>kill -9</c> does; a step that runs goes on without it.</summary>
    protected Task KillHostAsync() => _host!.KillAsync();

    /// <summary>Starts it anew, where the page looks for it.</summary>
    protected async Task RestartHostAsync()
    {
        var port = Http.BaseAddress!.Port;
        await _host!.DisposeAsync();
        _host = await LocalHostProcess.StartAsync(Data, Cancellation, Settings, port);
    }

    // That a request was refused, or a host was away, the browser notes by itself; what else it calls an error is a fault of ours.
    private void Judge(string type, string text)
    {
        if (type is "error" or "warning" && !text.StartsWith("Failed to load resource", StringComparison.Ordinal)) _faults.Enqueue(text);
    }
}
