using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using Microsoft.Extensions.Configuration;

namespace DurableAgentTasks.Activities.Tests.Tasks;

public sealed class TaskChecksTests
{
    private static readonly TaskRequest Plain = new()
    {
        Agent = "shell",
        Workspace = new WorkspaceRequest { Path = "/", Isolation = WorkspaceIsolation.InPlace },
        Plan = PlanOf(new Step { Id = "1.1", Title = "Step", Kind = StepKind.Shell, Command = "true" }),
    };

    private static TaskChecks Checks { get; } = new(
        AgentCatalog.Create(new AgentOptions { Profiles = { ["claude"] = new(), ["lines"] = new() { Adapter = "generic", Command = "lines" } } }).Catalog!,
        new SecretValues(new ConfigurationBuilder().AddInMemoryCollection([new("Secrets:TOKEN", "hush-hush")]).Build()));

    [Fact]
    public void A_plain_request_is_carried_out() => Assert.Empty(Checks.Of(Plain));

    public static TheoryData<string, TaskRequest> Unsupported() => new()
    {
        { "workspace.repository", Plain with { Workspace = new WorkspaceRequest { Repository = "https://example.com/shop.git" } } },
        { "workspace.isolation", Plain with { Workspace = new WorkspaceRequest { Path = "/", Isolation = WorkspaceIsolation.Worktree } } },
        { "webhooks", Plain with { Webhooks = [new WebhookRequest("https://example.com", null, [])] } },
        { "deliver", Plain with { Deliver = new DeliveryRequest { Branch = true } } },
        { "checkpointId", Plain with { CheckpointId = "0123456789abcdef" } },
        { "plan: step 1.1: approval", With(step => step with { Approval = new StepApproval(TimeSpan.FromHours(1), ApprovalDefault.Reject) }) },
        { "plan: step 1.1: risky", With(step => step with { Risky = true }) },
        { "plan: step 1.1: milestone", With(step => step with { Milestone = true }) },
    };

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void A_wish_that_is_not_carried_out_is_refused_and_never_dropped(string path, TaskRequest request)
    {
        var error = Assert.Single(Checks.Of(request));
        Assert.Equal(path, error.Path);
        Assert.Contains("is not carried out by this version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_workspace_must_be_a_folder_that_is_there()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        Assert.Empty(Checks.Of(At(folder.Path)));
        Assert.Contains("is a file", Assert.Single(Checks.Of(At(file))).Message, StringComparison.Ordinal);
        Assert.Contains("is not there", Assert.Single(Checks.Of(At(Path.Combine(folder.Path, "no")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_is_not_configured_is_told_by_its_place_and_never_by_value()
    {
        var error = Assert.Single(Checks.Of(Plain with { Secrets = ["TOKEN", "OTHER"] }));
        Assert.Equal("secrets[1]", error.Path);
        Assert.Contains("Secrets__OTHER", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shell", false)]
    [InlineData("lines", false)]
    [InlineData("claude", true)]
    public void A_session_can_be_continued_only_where_the_agent_knows_how(string agent, bool valid)
    {
        var request = With(step => step with { Kind = StepKind.Agent, Prompt = "do it" }) with { Agent = agent, SessionId = "s" };
        Assert.Equal(valid ? [] : ["sessionId"], Checks.Of(request).Select(error => error.Path));
    }

    private static TaskRequest At(string path) => Plain with { Workspace = new WorkspaceRequest { Path = path } };

    private static TaskRequest With(Func<Step, Step> change) => Plain with { Plan = PlanOf(change(Plain.Plan!.Steps.Single())) };

    private static Plan PlanOf(Step step) => new([new Phase(1, "All", [step])]);
}
