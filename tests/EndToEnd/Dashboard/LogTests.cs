using DurableAgentTasks.EndToEnd.Hosting;
using Microsoft.Playwright;

namespace DurableAgentTasks.EndToEnd.Dashboard;

public sealed class LogTests(Chromium chromium) : DashboardTest(chromium)
{
    private const int Bound = 5_000;

    private ILocator Lines => Page.Locator(".log .line");

    [Fact(Timeout = Patience)]
    public async Task It_follows_and_loses_no_line_when_the_host_is_killed_and_comes_again()
    {
        static string Print(int from, int to) => $"for i in $(seq {from} {to}); do echo \"line $i\"; sleep 0.005; done";
        await StartTaskAsync("talk", $"{Print(1, 100)}; {Until("more")}; {Print(101, 300)}; {Until("end")}; echo \"the last one\"");
        await OpenTaskAsync("talk");
        await Expect(Lines.Last).ToContainTextAsync("line 100");

        await LetAsync("more");
        await Expect(Page.Locator(".line", new() { HasTextString = "line 110" })).ToBeAttachedAsync();
        await KillHostAsync();
        await ExpectConnectionAsync("Reconnecting");
        await RestartHostAsync();
        await ExpectConnectionAsync("Live");
        await LetAsync("end");
        await Expect(Lines.Last).ToContainTextAsync("the last one");
        await Expect(Badge).ToHaveTextAsync("completed");
        await ExpectConnectionAsync("Ended");

        var log = await TaskApi.LogAsync(Http, "talk", Cancellation);
        Assert.Equal(log.Select(line => $"{line.Seq}"), await Page.Locator(".line .seq").AllTextContentsAsync());
        Assert.Equal(log.Select(line => line.Text), await Page.Locator(".line .text").AllTextContentsAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task Of_a_log_of_any_length_only_a_window_is_in_the_page()
    {
        await StartTaskAsync("flood", $"{Until("go")}; seq 1 50000; echo 'a mistake' >&2; {Until("end")}; echo later");
        await OpenTaskAsync("flood");
        await ExpectConnectionAsync("Live");
        await LetAsync("go");
        await Expect(Page.Locator(".line[data-stream=stderr] .text")).ToHaveTextAsync("a mistake");
        Assert.InRange(await Lines.CountAsync(), 1_000, Bound);
        await AssertSmallAsync();

        // 50,001 lines in all: the window is moved back, and bounded all the same.
        for (var i = 0; i < 6; i++)
        {
            var first = await Page.Locator(".line .seq").First.TextContentAsync();
            await Button("Load earlier").ClickAsync();
            await Expect(Page.Locator(".line .seq").First).Not.ToHaveTextAsync(first!);
        }

        Assert.Equal(Bound, await Lines.CountAsync());
        await AssertSmallAsync();
        var shown = (await Page.Locator(".line .seq").AllTextContentsAsync()).Select(int.Parse).ToList();
        Assert.Equal(Enumerable.Range(shown[0], Bound), shown);

        await Button("Follow").ClickAsync();
        await Expect(Lines.Last).ToContainTextAsync("a mistake");
        await Button("Pause following").ClickAsync();
        await LetAsync("end");
        await Expect(Page.Locator(".log-state")).ToHaveTextAsync("1 line held back");
        await Button("Pause following").ClickAsync();
        await Expect(Lines.Last).ToContainTextAsync("later");

        await Page.GetByLabel("Stream").SelectOptionAsync("stderr");
        await Expect(Lines).ToHaveCountAsync(1);
        await Expect(Lines).ToContainTextAsync("a mistake");
    }

    private async Task AssertSmallAsync() =>
        Assert.InRange(await Page.EvaluateAsync<int>("document.querySelectorAll('*').length"), 1, (4 * Bound) + 500);
}
