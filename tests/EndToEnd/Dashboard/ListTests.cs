using Microsoft.Playwright;

namespace DurableAgentTasks.EndToEnd.Dashboard;

public sealed class ListTests(Chromium chromium) : DashboardTest(chromium)
{
    [Fact(Timeout = Patience)]
    public async Task A_task_appears_makes_progress_and_ends_as_one_looks()
    {
        await OpenAsync();
        await ExpectConnectionAsync("Live");
        await Expect(Page.GetByText("No tasks yet.")).ToBeVisibleAsync();

        await StartTaskAsync("build", Until("one"), Until("two"));
        var row = Page.Locator("tr[data-id=build]");
        await Expect(row).ToContainTextAsync("executing");
        await Expect(row.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("value", "0");
        await LetAsync("one");
        await Expect(row).ToContainTextAsync("50 %");
        await Expect(row).ToContainTextAsync("1 of 2 steps");
        await LetAsync("two");
        await Expect(row).ToContainTextAsync("completed");
        await Expect(row).ToContainTextAsync("100 %");
        await Expect(row.Locator("[data-title=Checkpoint]")).ToContainTextAsync("phase");
    }

    [Fact(Timeout = Patience)]
    public async Task It_is_filtered_by_state_and_agent_and_read_page_by_page()
    {
        // One at a time works in a folder: the others wait.
        await StartTaskAsync("t-00", Until("end"));
        for (var i = 1; i < 53; i++) await StartTaskAsync($"t-{i:D2}", "true");

        await OpenAsync();
        var rows = Page.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(50);
        await Expect(rows.First).ToHaveAttributeAsync("data-id", "t-52");
        await Button("Show more").ClickAsync();
        await Expect(rows).ToHaveCountAsync(53);
        await Expect(rows.Last).ToHaveAttributeAsync("data-id", "t-00");
        await Expect(Button("Show more")).ToBeHiddenAsync();

        await Page.GetByRole(AriaRole.Button, new() { Name = "executing 1" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToHaveAttributeAsync("data-id", "t-00");
        await Page.GetByLabel("Agent").SelectOptionAsync("shell");
        await Assertions.Expect(Page).ToHaveURLAsync($"{Http.BaseAddress}#/?state=executing&agent=shell");
        await Expect(rows).ToHaveCountAsync(1);
    }
}
