using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Workspaces.Delivering;
using DurableAgentTasks.Workspaces.Preparation;

namespace DurableAgentTasks.Workspaces.Tests.Delivering;

public sealed class BranchTests
{
    private const int Limit = 120_000;
    private const string Branch = "agent-tasks/fix-login";

    [Fact(Timeout = Limit)]
    public async Task A_branch_holds_the_work_on_top_of_where_it_began_and_nothing_else_moves()
    {
        using var scene = new Scene();
        scene.Write(".gitignore", "ignored\n");
        scene.Write(".gitattributes", "*.crlf text eol=crlf\n");
        scene.Write("lines.crlf", "one\r\n");
        scene.Git("add", "-A");
        scene.Git("commit", "--quiet", "-m", "second");
        using var workspace = await scene.OpenAsync(new WorkspaceSource.Worktree(scene.User));
        var head = scene.Git("rev-parse", "HEAD");
        scene.Root = workspace.Root;
        scene.Write("tracked.txt", "changed\n");
        scene.Write("new/file", "new\n");
        scene.Write("ignored", "x");

        var made = await MakeAsync(workspace);

        scene.Root = null;
        Assert.Equal(made.Commit, scene.Git("rev-parse", Branch));
        Assert.Equal(head, scene.Git("rev-parse", $"{Branch}^"));
        Assert.Equal("new/file\ntracked.txt", scene.Git("diff", "--name-only", head, Branch));
        Assert.Equal("DurableAgentTasks 0 Fix the login", scene.Git("log", "-1", "--format=%an %at %s", Branch));
        Assert.Equal(made, await MakeAsync(workspace));
        Assert.Equal(head, Scene.GitIn(workspace.Root, "rev-parse", "HEAD"));
        Assert.Equal("M tracked.txt\n?? new/", Scene.GitIn(workspace.Root, "status", "--short").Trim());
        Assert.DoesNotContain(Directory.EnumerateFiles(scene.Data, "branch-index*", SearchOption.AllDirectories), _ => true);
        await scene.DeleteAsync();
        Assert.Equal(made.Commit, scene.Git("rev-parse", Branch));
    }

    [Fact(Timeout = Limit)]
    public async Task Work_that_the_agent_committed_itself_is_the_branch_as_it_is()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync(new WorkspaceSource.Worktree(scene.User));
        await File.WriteAllTextAsync(Path.Combine(workspace.Root, "a"), "a", Scene.Cancellation);
        Scene.GitIn(workspace.Root, "add", "-A");
        Scene.GitIn(workspace.Root, "commit", "--quiet", "-m", "mine");
        Assert.Equal(Scene.GitIn(workspace.Root, "rev-parse", "HEAD"), (await MakeAsync(workspace)).Commit);
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_sparse_checkout_leaves_out_is_on_the_branch()
    {
        using var scene = new Scene();
        scene.Write("in/a", "a");
        scene.Write("out/b", "b");
        scene.Git("add", "-A");
        scene.Git("commit", "--quiet", "-m", "more");
        scene.Git("sparse-checkout", "set", "in");
        using var workspace = await scene.OpenAsync(new WorkspaceSource.Worktree(scene.User));
        Assert.False(Path.Exists(Path.Combine(workspace.Root, "out")));
        await File.WriteAllTextAsync(Path.Combine(workspace.Root, "in", "a"), "changed", Scene.Cancellation);

        var made = await MakeAsync(workspace);

        Assert.Equal("in/a", scene.Git("diff-tree", "-r", "--name-only", "--no-commit-id", made.Commit));
    }

    [Fact(Timeout = Limit)]
    public async Task A_branch_with_other_work_is_left_alone()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync(new WorkspaceSource.Worktree(scene.User));
        await File.WriteAllTextAsync(Path.Combine(workspace.Root, "a"), "a", Scene.Cancellation);
        scene.Git("checkout", "--quiet", "-b", Branch);
        scene.Git("commit", "--quiet", "--allow-empty", "-m", "theirs");
        var theirs = scene.Git("rev-parse", Branch);

        var refused = Assert.IsType<BranchOutcome.Refused>(await workspace.MakeBranchAsync(Commit, Scene.Cancellation));

        Assert.Contains("rename or delete it", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(theirs, scene.Git("rev-parse", Branch));
    }

    [Fact(Timeout = Limit)]
    public async Task A_branch_is_pushed_to_where_the_clone_came_from_and_never_by_force()
    {
        using var scene = new Scene();
        using var remote = new TemporaryFolder();
        Scene.GitIn(remote.Path, "clone", "--quiet", "--bare", scene.User, "shop.git");
        var bare = Path.Combine(remote.Path, "shop.git");
        using var workspace = await scene.OpenAsync(new WorkspaceSource.Cloned(bare, Ref: null));
        await File.WriteAllTextAsync(Path.Combine(workspace.Root, "a"), "a", Scene.Cancellation);
        var made = await MakeAsync(workspace);

        Assert.Equal("origin", Assert.IsType<PushOutcome.Pushed>(await workspace.PushAsync(made.Commit, Branch, Scene.Cancellation)).Remote);
        Assert.IsType<PushOutcome.Pushed>(await workspace.PushAsync(made.Commit, Branch, Scene.Cancellation));
        Assert.Equal(made.Commit, Scene.GitIn(bare, "rev-parse", Branch));

        var other = Scene.GitIn(bare, "commit-tree", "-m", "other", $"{made.Commit}^{{tree}}");
        Scene.GitIn(bare, "update-ref", $"refs/heads/{Branch}", other);
        Assert.IsType<PushOutcome.Refused>(await workspace.PushAsync(made.Commit, Branch, Scene.Cancellation));
        Assert.Equal(other, Scene.GitIn(bare, "rev-parse", Branch));
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_remote_nothing_can_be_pushed_and_credentials_are_in_no_message()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync(new WorkspaceSource.Worktree(scene.User));
        var head = scene.Git("rev-parse", "HEAD");
        var none = Assert.IsType<PushOutcome.Refused>(await workspace.PushAsync(head, Branch, Scene.Cancellation));
        Assert.Contains("git remote add", none.Reason, StringComparison.Ordinal);
        scene.Git("remote", "add", "origin", "https://me:hush-hush@localhost:1/shop.git");
        var refused = Assert.IsType<PushOutcome.Refused>(await workspace.PushAsync(head, Branch, Scene.Cancellation));
        Assert.DoesNotContain("hush", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("Workspaces:RemoteEnvironment", refused.Reason, StringComparison.Ordinal);
    }

    private static BranchCommit Commit => new(Branch, "Fix the login\n\nBy the agent.", DateTimeOffset.UnixEpoch);

    private static async Task<BranchOutcome.Made> MakeAsync(Workspace workspace) =>
        Assert.IsType<BranchOutcome.Made>(await workspace.MakeBranchAsync(Commit, Scene.Cancellation));
}
