using DurableAgentTasks.EndToEnd.Hosting;
using Microsoft.Playwright;

namespace DurableAgentTasks.EndToEnd.Dashboard;

public sealed class SafetyTests(Chromium chromium) : DashboardTest(chromium)
{
    private const string Hostile = "<img src=x onerror=alert(1)><script>alert(2)</script><a href=\"javascript:alert(3)\">here</a>";

    [Fact(Timeout = Patience)]
    public async Task Text_that_would_be_markup_or_a_command_to_a_terminal_is_only_text()
    {
        var task = new
        {
            id = "hostile", agent = "shell", workspace = new { path = Workspace },
            plan = new
            {
                phases = new[]
                {
                    new { title = Hostile, steps = new[] { new { title = Hostile, kind = "shell", command = $"cat <<'E'\n{Hostile}\nE\nprintf '\\033]0;title\\007\\033[31mred\\033[0m \\342\\200\\256turned\\n' >&2\nexit 1" } } },
                },
            },
        };
        await TaskApi.StartAsync(Http, task, Cancellation);
        await OpenTaskAsync("hostile");
        await Expect(Badge).ToHaveTextAsync("failed");
        await Expect(Page.Locator(".phase-title")).ToHaveTextAsync(Hostile);
        await Expect(Page.Locator(".step-title")).ToContainTextAsync(Hostile);
        await Expect(Page.Locator(".line[data-stream=stdout] .text")).ToHaveTextAsync(Hostile);
        await Expect(Page.Locator(".line[data-stream=stderr] .text")).ToHaveTextAsync("red turned");
        await Expect(Page.Locator(".line .ansi-red")).ToHaveTextAsync("red");
        await Page.GetByRole(AriaRole.Tab, new() { Name = "Timeline" }).ClickAsync();
        await Expect(Page.Locator(".entry").First).ToBeVisibleAsync();
        await Expect(Page.Locator("main :is(img, script, a[href^=javascript])")).ToHaveCountAsync(0);

        await OpenAsync("#/tasks/" + Uri.EscapeDataString(Hostile));
        await Expect(Page.GetByText("cannot be the id of a task")).ToBeVisibleAsync();
        await OpenAsync("#/?state=" + Uri.EscapeDataString(Hostile) + "&agent=" + Uri.EscapeDataString(Hostile));
        await Expect(Page.GetByText("No task matches.")).ToBeVisibleAsync();
        await Expect(Page.Locator("main :is(img, script, a[href^=javascript])")).ToHaveCountAsync(0);
    }
}

/// <summary>A host that asks for keys.</summary>
public sealed class KeyTests(Chromium chromium) : DashboardTest(chromium)
{
    private const string Admin = "an-admins-key-0123456789";
    private const string Reader = "a-readers-key-0123456789";

    protected override IReadOnlyDictionary<string, string>? Settings => new Dictionary<string, string>
    {
        ["Auth:Keys:boss:Key"] = Admin, ["Auth:Keys:boss:Role"] = "admin", ["Auth:Keys:guest:Key"] = Reader, ["Auth:Keys:guest:Role"] = "reader",
    };

    [Fact(Timeout = Patience)]
    public async Task A_key_is_asked_for_sent_with_each_request_and_kept_nowhere_but_in_the_tab()
    {
        await StartTaskAsync("secret", "echo for your eyes only", Until("end"));
        await OpenTaskAsync("secret");
        await Expect(Dialog).ToContainTextAsync("This host asks for an API key.");
        await EnterAsync("wrong-key-0123456789");
        await Expect(Dialog).ToContainTextAsync("The host does not know this key.");
        await EnterAsync(Reader);
        await Expect(Page.Locator(".line .text")).ToHaveTextAsync("for your eyes only");
        await ExpectConnectionAsync("Live");

        await Page.Locator(".operations").GetByText("Cancel").ClickAsync();
        await ConfirmAsync("Cancel the task");
        await Expect(Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("Use an API key with the role \"operator\"");
        await Button("Enter another key").ClickAsync();
        await EnterAsync(Admin);
        await ConfirmAsync("Cancel the task");
        await Expect(Badge).ToHaveTextAsync("cancelled");
        await Assertions.Expect(Page).ToHaveURLAsync($"{Http.BaseAddress}#/tasks/secret");
        Assert.Equal(0, await Page.EvaluateAsync<int>("localStorage.length + document.cookie.length"));

        await Page.ReloadAsync();
        await Expect(Badge).ToHaveTextAsync("cancelled");
        await Button("Key set").ClickAsync();
        await ConfirmAsync("Forget the key");
        await Expect(Dialog).ToContainTextAsync("This host asks for an API key.");
        Assert.Equal(0, await Page.EvaluateAsync<int>("sessionStorage.length"));
    }

    private async Task EnterAsync(string key)
    {
        // The dialog that asks is the last one, above the one that was refused.
        await Page.GetByLabel("Key", new() { Exact = true }).FillAsync(key);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Use this key" }).ClickAsync();
    }
}
