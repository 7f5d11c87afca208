using DurableAgentTasks.EndToEnd.Hosting;
using Microsoft.Playwright;

namespace DurableAgentTasks.EndToEnd.Dashboard;

public sealed class ApprovalTests(Chromium chromium) : DashboardTest(chromium)
{
    [Fact(Timeout = Patience)]
    public async Task Whoever_approves_a_step_sees_which_what_it_does_and_what_happens_without_them()
    {
        await TaskApi.StartAsync(
            Http,
            new
            {
                id = "ship", agent = "shell", workspace = new { path = Workspace },
                plan = new { phases = new[] { new { title = "Ship", steps = new[] { new { title = "Send it", kind = "shell", command = "echo sent", approval = new { timeout = "PT1H", @default = "reject" } } } } } },
            },
            Cancellation);
        await OpenTaskAsync("ship");
        await Expect(Badge).ToHaveTextAsync("paused");
        await Page.Locator(".step summary").ClickAsync();
        await Expect(Page.Locator(".step pre")).ToHaveTextAsync("echo sent");
        await Expect(Page.Locator(".step")).ToContainTextAsync("If nobody decides until");

        await Operation("Approve").ClickAsync();
        foreach (var told in new[] { "1.1", "Send it", "echo sent", "it is rejected." }) await Expect(Dialog).ToContainTextAsync(told);
        await ConfirmAsync("Approve");
        await Expect(Badge).ToHaveTextAsync("completed");
        await Expect(Page.Locator(".step pre")).ToBeVisibleAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_pause_that_waits_for_the_running_step_is_told_of_until_the_task_is_paused()
    {
        await StartTaskAsync("slow", Until("end"), Until("never"));
        await OpenTaskAsync("slow");
        await Expect(Badge).ToHaveTextAsync("executing");
        await Operation("Pause").ClickAsync();
        await Dialog.GetByLabel("How").SelectOptionAsync("drain");
        await ConfirmAsync("Pause it");
        await Expect(Page.Locator(".asked")).ToContainTextAsync("A pause was asked for");
        await LetAsync("end");
        await Expect(Badge).ToHaveTextAsync("paused");
        await Expect(Page.Locator(".asked")).ToHaveCountAsync(0);
    }

    [Fact(Timeout = Patience)]
    public async Task A_small_page_scrolls_as_a_whole_so_that_no_step_is_hidden()
    {
        await Page.SetViewportSizeAsync(375, 720);
        await StartTaskAsync("many", [.. Enumerable.Range(0, 30).Select(_ => "true")]);
        await OpenTaskAsync("many");
        await Expect(Page.Locator(".step")).ToHaveCountAsync(30);
        Assert.True(await Page.Locator(".plan").EvaluateAsync<bool>("plan => plan.scrollHeight <= plan.clientHeight + 1"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_failed_task_tells_in_the_list_why()
    {
        await StartTaskAsync("bad", "exit 3");
        await OpenAsync();
        await Expect(Page.Locator("tr[data-id=bad] .why")).ToContainTextAsync("Step 1.1 failed");
    }

    private ILocator Operation(string name) => Page.Locator(".operations").GetByText(name, new() { Exact = true });
}
