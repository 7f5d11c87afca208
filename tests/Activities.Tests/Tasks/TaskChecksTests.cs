using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces;
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

    private static TaskChecks Checks { get; } = With(new WorkspaceOptions());

    private static TaskChecks With(WorkspaceOptions workspaces) => new(
        AgentCatalog.Create(new AgentOptions { Profiles = { ["claude"] = new(), ["lines"] = new() { Adapter = "generic", Command = "lines" } } }).Catalog!,
        new SecretValues(new ConfigurationBuilder().AddInMemoryCollection([new("Secrets:TOKEN", "hush-hush")]).Build()),
        workspaces);

    [Fact]
    public void A_plain_request_is_carried_out() => Assert.Empty(Checks.Of(Plain));

    [Fact]
    public void A_wish_that_is_not_carried_out_is_refused_and_never_dropped()
    {
        var error = Assert.Single(Checks.Of(Plain with { Webhooks = [new WebhookRequest("https://example.com", null, [])] }));
        Assert.Equal("webhooks", error.Path);
        Assert.Contains("is not carried out by this version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_worktree_is_made_of_a_folder_in_a_repository_and_needs_git()
    {
        using var folder = new TemporaryFolder();
        var below = Directory.CreateDirectory(Path.Combine(folder.Path, "src")).FullName;
        var request = Plain with { Workspace = new WorkspaceRequest { Path = below, Isolation = WorkspaceIsolation.Worktree } };
        Assert.Contains("lies in no git repository", Assert.Single(Checks.Of(request)).Message, StringComparison.Ordinal);
        UserRepository.Init(folder.Path);
        Assert.Empty(Checks.Of(request));
        var without = With(new WorkspaceOptions { GitExecutable = "no-such-git" });
        Assert.Contains("git, which is not installed", Assert.Single(without.Of(request)).Message, StringComparison.Ordinal);
        var clone = Plain with { Workspace = new WorkspaceRequest { Repository = "https://example.com/shop.git" } };
        Assert.Empty(Checks.Of(clone));
        Assert.Equal("workspace.repository", Assert.Single(without.Of(clone)).Path);
    }

    [Fact]
    public void Tasks_work_only_below_the_roots_whatever_links_lead_elsewhere()
    {
        using var root = new TemporaryFolder();
        using var other = new TemporaryFolder();
        var inside = Directory.CreateDirectory(Path.Combine(root.Path, "shop")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(root.Path, "out"), other.Path);
        var checks = With(new WorkspaceOptions { Roots = [root.Path] });
        Assert.Empty(checks.Of(At(inside)));
        foreach (var path in new[] { other.Path, Path.Combine(root.Path, "out"), Path.Combine(inside, "..", ".."), root.Path + "-more" })
            Assert.Contains("Workspaces:Roots", Assert.Single(checks.Of(At(path))).Message, StringComparison.Ordinal);
        Assert.Equal("workspace.repository", Assert.Single(checks.Of(Plain with { Workspace = new WorkspaceRequest { Repository = $"file://{other.Path}" } })).Path);
    }

    [Fact]
    public void The_hosts_own_data_is_no_workspace_but_the_folder_around_it_is()
    {
        using var folder = new TemporaryFolder();
        var data = Directory.CreateDirectory(Path.Combine(folder.Path, ".data", "blobs")).Parent!.FullName;
        var checks = With(new WorkspaceOptions { HostFolder = data });
        foreach (var path in new[] { data, Path.Combine(data, "blobs") })
            Assert.Contains("data folder", Assert.Single(checks.Of(At(path))).Message, StringComparison.Ordinal);
        Assert.Empty(checks.Of(At(folder.Path)));
    }

    [Fact]
    public void A_folder_in_place_is_never_committed_to()
    {
        var deliver = new DeliveryRequest { Branch = true, Push = true, Patch = true };
        Assert.Equal(["deliver.branch", "deliver.push"], Checks.Of(Plain with { Deliver = deliver }).Select(error => error.Path));
        Assert.Empty(Checks.Of(Plain with { Deliver = deliver, Workspace = new WorkspaceRequest { Repository = "https://example.com/shop.git" } }));
        Assert.Empty(Checks.Of(Plain with { Deliver = new DeliveryRequest { Patch = true } }));
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
