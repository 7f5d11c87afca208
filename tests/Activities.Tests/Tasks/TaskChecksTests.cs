using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Tests.Tasks;

public sealed class TaskChecksTests
{
    private static readonly TaskRequest Plain = new()
    {
        Agent = "shell",
        Workspace = new WorkspaceRequest { Path = "/", Isolation = WorkspaceIsolation.InPlace },
        Plan = PlanOf(new Step { Id = "1.1", Title = "Step", Kind = StepKind.Shell, Command = "true" }),
    };

    [Fact]
    public void A_plain_request_is_carried_out() => Assert.Empty(TaskChecks.Supported(Plain));

    public static TheoryData<string, TaskRequest> Unsupported() => new()
    {
        { "workspace.repository", Plain with { Workspace = new WorkspaceRequest { Repository = "https://example.com/shop.git" } } },
        { "workspace.isolation", Plain with { Workspace = new WorkspaceRequest { Path = "/", Isolation = WorkspaceIsolation.Worktree } } },
        { "secrets", Plain with { Secrets = ["TOKEN"] } },
        { "budgets", Plain with { Budgets = new ResourceBudgets { Processes = 1 } } },
        { "webhooks", Plain with { Webhooks = [new WebhookRequest("https://example.com", null, [])] } },
        { "deliver", Plain with { Deliver = new DeliveryRequest { Branch = true } } },
        { "checkpointId", Plain with { CheckpointId = "0123456789abcdef" } },
        { "sessionId", Plain with { SessionId = "s" } },
        { "timeouts.phase", Plain with { Timeouts = new TimeoutRequest { Phase = new TimeoutLimit(TimeSpan.FromHours(1)) } } },
        { "plan: step 1.1: kind", With(step => step with { Kind = StepKind.Agent, Prompt = "do it" }) },
        { "plan: step 1.1: approval", With(step => step with { Approval = new StepApproval(TimeSpan.FromHours(1), ApprovalDefault.Reject) }) },
        { "plan: step 1.1: risky", With(step => step with { Risky = true }) },
        { "plan: step 1.1: milestone", With(step => step with { Milestone = true }) },
    };

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void A_wish_that_is_not_carried_out_is_refused_and_never_dropped(string path, TaskRequest request)
    {
        var error = Assert.Single(TaskChecks.Supported(request));
        Assert.Equal(path, error.Path);
        Assert.Contains("is not carried out by this version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_workspace_must_be_a_folder_that_is_there()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        Assert.Empty(TaskChecks.Workspace(At(folder.Path)));
        Assert.Contains("is a file", Assert.Single(TaskChecks.Workspace(At(file))).Message, StringComparison.Ordinal);
        Assert.Contains("is not there", Assert.Single(TaskChecks.Workspace(At(Path.Combine(folder.Path, "no")))).Message, StringComparison.Ordinal);
    }

    private static TaskRequest At(string path) => Plain with { Workspace = new WorkspaceRequest { Path = path } };

    private static TaskRequest With(Func<Step, Step> change) => Plain with { Plan = PlanOf(change(Plain.Plan!.Steps.Single())) };

    private static Plan PlanOf(Step step) => new([new Phase(1, "All", [step])]);
}
