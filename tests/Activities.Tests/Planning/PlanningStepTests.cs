using System.Text.Json;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Planning;

public sealed class PlanningStepTests : IAsyncDisposable
{
    private readonly TaskFixture _task = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Only_who_has_made_a_plan_is_told_what_is_wrong_with_it()
    {
        await PrepareAsync("""printf '%s\n' "$prompt" > asked.$(ls | wc -l); start; tool; [ -e began ] || { touch began; sleep 300; }; ends nothing""");
        var first = PlanAsync(1);
        await _task.UntilFileAsync("began");
        await _task.Running.StopAsync(new StopStep(_task.Id.Value, Plan.PlanningStepId, 1, StopReason.Paused), Cancellation);
        var session = (await first).Agent!.Session;
        Assert.NotNull(session);

        await PlanAsync(2, session);
        await PlanAsync(3, session);
        var asked = Directory.GetFiles(_task.Workspace, "asked.*").OrderBy(File.GetLastWriteTimeUtc).Select(File.ReadAllText).ToList();
        Assert.StartsWith("You were interrupted", asked[1], StringComparison.Ordinal);
        Assert.Contains(asked[0].Trim(), asked[1], StringComparison.Ordinal);
        Assert.DoesNotContain("You were interrupted", asked[2], StringComparison.Ordinal);
        Assert.DoesNotContain(asked[0].Trim(), asked[2], StringComparison.Ordinal);

        Assert.NotEmpty((await AcceptAsync(2, fallback: false)).Errors);
        Assert.Equal("Mend it.", Assert.Single((await AcceptAsync(3, fallback: true)).Plan!.Steps).Prompt);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_plan_is_kept_once_the_disk_has_room_again()
    {
        await PrepareAsync("""start; ends '{\"phases\":[{\"title\":\"All\",\"steps\":[{\"title\":\"Do\",\"kind\":\"agent\",\"prompt\":\"Do it.\"}]}]}'""");
        _task.Blobs.Fault = name => name.Contains("/plans/", StringComparison.Ordinal) && _task.Blobs.Refused < 2 ? new IOException("full") : null;
        Assert.Equal(StepEnding.Succeeded, (await PlanAsync(1)).Ending);
        var accepted = await AcceptAsync(1, fallback: false);
        Assert.Empty(accepted.Errors);
        Assert.Equal("Do it.", Assert.Single(accepted.Plan!.Steps).Prompt);
    }

    private async Task PrepareAsync(string script)
    {
        ScriptedAgent.Configure(_task, script);
        await _task.PrepareAsync(JsonSerializer.SerializeToElement(new { agent = ScriptedAgent.Name, prompt = "Mend it.", workspace = new { path = _task.Workspace } }));
    }

    private Task<StepOutcome> PlanAsync(int attempt, AgentSession? session = null) =>
        _task.Runner.RunAsync(_task.Attempt(attempt) with { StepId = Plan.PlanningStepId, Session = session }, default);

    private Task<AcceptedPlan> AcceptAsync(int attempt, bool fallback) =>
        _task.Acceptance.AcceptAsync(new AcceptPlan(_task.Id.Value, attempt, fallback), Cancellation);
}
