using Microsoft.Playwright;

namespace DurableAgentTasks.EndToEnd.Dashboard;

public sealed class OperationTests(Chromium chromium) : DashboardTest(chromium)
{
    private ILocator Checkpoints => Page.Locator(".checkpoint");

    [Fact(Timeout = Patience)]
    public async Task A_task_is_paused_and_resumed_and_only_what_its_state_allows_can_be_pressed()
    {
        await StartTaskAsync("rest", Until("end"));
        await OpenTaskAsync("rest");
        await Expect(Badge).ToHaveTextAsync("executing");
        await Expect(Operation("Resume")).ToBeDisabledAsync();
        await Expect(Operation("Approve")).ToBeHiddenAsync();

        await Operation("Pause").ClickAsync();
        await Dialog.GetByLabel("How").SelectOptionAsync("stop");
        await Dialog.GetByLabel("Reason").FillAsync("lunch");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Pause it" }).PressAsync("Enter");
        await Expect(Badge).ToHaveTextAsync("paused");
        await Expect(Operation("Pause")).ToBeDisabledAsync();
        await Expect(Operation("Resume")).ToBeFocusedAsync();
        await Expect(Page.Locator(".facts")).ToContainTextAsync("frozen");

        await Operation("Resume").ClickAsync();
        await ConfirmAsync("Resume it");
        await Expect(Badge).ToHaveTextAsync("executing");
        await Page.GetByRole(AriaRole.Tab, new() { Name = "Timeline" }).ClickAsync();
        await Expect(Page.Locator(".entry[data-type=operator]").First).ToContainTextAsync("resume");
        await Expect(Page.Locator(".timeline")).ToContainTextAsync("lunch");
    }

    [Fact(Timeout = Patience)]
    public async Task A_task_is_extended_and_cancelled_only_when_that_is_confirmed()
    {
        await StartTaskAsync("stop-me", Until("end"));
        await OpenTaskAsync("stop-me");
        await Expect(Badge).ToHaveTextAsync("executing");
        await Operation("Extend").ClickAsync();
        await Dialog.GetByLabel("By how much").FillAsync("soon");
        await ConfirmAsync("Extend");
        await Expect(Dialog).ToContainTextAsync("must be an ISO 8601 duration");
        await Dialog.GetByLabel("By how much").FillAsync("1h 30m");
        await ConfirmAsync("Extend");
        await Expect(Page.Locator(".facts")).ToContainTextAsync("5 h 29 min");

        await Operation("Cancel").ClickAsync();
        await ConfirmAsync("Let it run");
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(Badge).ToHaveTextAsync("executing");
        await Operation("Cancel").ClickAsync();
        await ConfirmAsync("Cancel the task");
        await Expect(Badge).ToHaveTextAsync("cancelled");
        foreach (var name in new[] { "Pause", "Resume", "Extend", "Checkpoint", "Cancel" }) await Expect(Operation(name)).ToBeDisabledAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task Everything_is_stopped_at_once_when_that_is_confirmed()
    {
        await StartTaskAsync("runs", Until("end"));
        await OpenAsync();
        var row = Page.Locator("tr[data-id=runs]");
        await Expect(row).ToContainTextAsync("executing");
        await Button("Emergency stop").ClickAsync();
        await ConfirmAsync("Stop everything");
        await Expect(row).ToContainTextAsync("paused");
        await Expect(row).ToContainTextAsync("emergency");
        await Expect(Page.Locator("#notices")).ToContainTextAsync("paused: runs");
    }

    [Fact(Timeout = Patience)]
    public async Task Checkpoints_are_shown_compared_saved_and_gone_back_to_and_a_task_is_deleted()
    {
        await StartTaskAsync("shop", "echo one > a.txt", $"echo two > a.txt; {Until("../end")}");
        await OpenTaskAsync("shop");
        await Page.GetByRole(AriaRole.Tab, new() { Name = "Checkpoints" }).ClickAsync();
        await Expect(Checkpoints).ToHaveCountAsync(1);
        await Expect(Page.Locator(".step[data-status=completed]")).ToHaveCountAsync(1);
        await Operation("Checkpoint").ClickAsync();
        await Dialog.GetByLabel("Reason").FillAsync($"before lunch {new string('x', 200)}");
        await ConfirmAsync("Take it");
        var taken = Checkpoints.Filter(new() { HasText = "before lunch" });
        await Expect(taken).ToHaveCountAsync(1);

        await taken.GetByText("Diff").ClickAsync();
        await Expect(Dialog.Locator(".added").Filter(new() { HasText = "+two" })).ToBeVisibleAsync();
        Assert.True(await Dialog.EvaluateAsync<bool>("dialog => dialog.scrollWidth <= dialog.clientWidth"));
        await ConfirmAsync("Close");
        await taken.GetByText("Show").ClickAsync();
        await Expect(Dialog).ToContainTextAsync("a.txt");
        await ConfirmAsync("Close");
        var bundle = await Page.RunAndWaitForDownloadAsync(() => taken.GetByText("Bundle").ClickAsync());
        Assert.Contains("git bundle", (await File.ReadAllLinesAsync((await bundle.PathAsync())!, Cancellation))[0], StringComparison.Ordinal);

        await Expect(taken.GetByText("Restore")).ToBeDisabledAsync();
        await Operation("Pause").ClickAsync();
        await ConfirmAsync("Pause it");
        await Expect(Badge).ToHaveTextAsync("paused");
        await Checkpoints.Last.GetByText("Restore").ClickAsync();
        await ConfirmAsync("Restore and resume");
        await Expect(Badge).ToHaveTextAsync("executing");
        await Page.GetByRole(AriaRole.Tab, new() { Name = "Timeline" }).ClickAsync();
        await Expect(Page.Locator(".entry[data-type=restored]")).ToContainTextAsync("Brought back to");

        await Operation("Delete").ClickAsync();
        await ConfirmAsync("Delete it");
        await Expect(Page.GetByText("No tasks yet.")).ToBeVisibleAsync();
        await Expect(Page.Locator(".chip")).ToHaveTextAsync(["All 0"], new() { Timeout = 3_000 });
    }

    private ILocator Operation(string name) => Page.Locator(".operations").GetByText(name, new() { Exact = true });
}
