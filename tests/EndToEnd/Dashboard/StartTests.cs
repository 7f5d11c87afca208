using Microsoft.Playwright;

namespace DurableAgentTasks.EndToEnd.Dashboard;

public sealed class StartTests(Chromium chromium) : DashboardTest(chromium)
{
    [Fact(Timeout = Patience)]
    public async Task A_wrong_request_shows_all_that_is_wrong_and_a_right_one_starts_a_task()
    {
        await OpenAsync();
        await Button("New task").ClickAsync();
        await Dialog.GetByLabel("Id", new() { Exact = false }).FillAsync("No Good");
        await Dialog.GetByLabel("Folder on the host").FillAsync("shop");
        await ConfirmAsync("Start");
        await Expect(Dialog.Locator(".wrong")).ToContainTextAsync(["\"No Good\" is not allowed.", "\"shop\" is not absolute", "Write at least one command"]);
        await Expect(Dialog.Locator(".trouble")).ToBeEmptyAsync();
        await Expect(Dialog.GetByLabel("Id", new() { Exact = false })).ToBeFocusedAsync();
        await Expect(Dialog.GetByLabel("Folder on the host")).ToHaveAttributeAsync("aria-invalid", "true");

        await Dialog.GetByLabel("Id", new() { Exact = false }).FillAsync("good");
        await Dialog.GetByLabel("Folder on the host").FillAsync(Workspace);
        await Dialog.GetByLabel("Commands").FillAsync("echo first\necho second");
        await ConfirmAsync("Start");
        await Assertions.Expect(Page).ToHaveURLAsync($"{Http.BaseAddress}#/tasks/good");
        await Expect(Badge).ToHaveTextAsync("completed");
        await Expect(Page.Locator(".step[data-status=completed]")).ToHaveCountAsync(2);
        await Expect(Page.Locator(".line .text")).ToHaveTextAsync(["first", "second"]);
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_typed_is_there_again_after_escape_until_it_is_started()
    {
        await OpenAsync();
        await Button("New task").ClickAsync();
        await Expect(Dialog.GetByLabel("Agent")).ToBeFocusedAsync();
        await Dialog.GetByLabel("Folder on the host").FillAsync(Workspace);
        await Dialog.GetByLabel("Commands").FillAsync("echo kept");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog).ToHaveCountAsync(0);

        await Button("New task").ClickAsync();
        await Expect(Dialog.GetByLabel("Commands")).ToHaveValueAsync("echo kept");
        await ConfirmAsync("Start");
        await Expect(Page.Locator(".line .text")).ToHaveTextAsync("kept");
        await Button("New task").ClickAsync();
        await Expect(Dialog.GetByLabel("Commands")).ToHaveValueAsync("");
    }

    [Fact(Timeout = Patience)]
    public async Task A_whole_request_is_started_as_json()
    {
        await OpenAsync();
        await Button("New task").ClickAsync();
        await Dialog.GetByLabel("Folder on the host").FillAsync(Workspace);
        await Dialog.GetByLabel("Commands").FillAsync("echo by form");
        await Button("Edit as JSON").ClickAsync();
        var json = Dialog.GetByLabel("The whole request as JSON");
        var made = await json.InputValueAsync();
        await json.FillAsync("{");
        await ConfirmAsync("Start");
        await Expect(Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("This is no JSON.");
        await json.FillAsync(made.Replace("by form", "by hand", StringComparison.Ordinal));
        await ConfirmAsync("Start");
        await Expect(Page.Locator(".line .text")).ToHaveTextAsync("by hand");
    }
}
