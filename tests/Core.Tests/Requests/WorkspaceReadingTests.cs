using DurableAgentTasks.Core.Tasks;
using static DurableAgentTasks.Core.Tests.Requests.Bodies;

namespace DurableAgentTasks.Core.Tests.Requests;

public sealed class WorkspaceReadingTests
{
    [Theory]
    [InlineData("""{}""", "workspace", "needs a path or a repository: write {\"path\": \"/repos/shop\"} for a folder")]
    [InlineData("""{ "path": "/x", "repository": "/y" }""", "workspace", "has both path and repository: keep one of them.")]
    [InlineData("""{ "path": "x" }""", "workspace.path", "\"x\" is not absolute: write the whole path")]
    [InlineData("""{ "path": "" }""", "workspace.path", "must not be empty")]
    [InlineData("""{ "path": "/a\nb" }""", "workspace.path", "must be one line without control characters.")]
    [InlineData("""{ "path": "/x", "isolation": "in_place" }""", "workspace.isolation", "write one of inPlace, worktree. Did you mean \"inPlace\"?")]
    [InlineData("""{ "path": "/x", "ref": "main" }""", "workspace.ref", "is for a repository only")]
    [InlineData("""{ "repository": "/x", "isolation": "worktree" }""", "workspace.isolation", "is for a path only")]
    [InlineData("""{ "repository": "ext::sh -c touch% /tmp/x" }""", "workspace.repository", "must be an absolute path, user@host:path, or a URL")]
    [InlineData("""{ "repository": "--upload-pack=touch@x:y" }""", "workspace.repository", "must be an absolute path")]
    [InlineData("""{ "repository": "-oProxyCommand=x@host:path" }""", "workspace.repository", "must be an absolute path")]
    [InlineData("""{ "repository": "git@-oProxyCommand:path" }""", "workspace.repository", "must be an absolute path")]
    [InlineData("""{ "repository": "https://ann:hunter2@example.org/x.git" }""", "workspace.repository", "must not contain a password or token")]
    [InlineData("""{ "repository": "https://ghp_0123@example.org/x.git" }""", "workspace.repository", "must not contain a password or token")]
    [InlineData("""{ "repository": "/x", "ref": "--x" }""", "workspace.ref", "a ref is the name of a branch")]
    [InlineData("""{ "repository": "/x", "ref": "a..b" }""", "workspace.ref", "a ref is the name of a branch")]
    [InlineData("""{ "path": "/x", "branch": "main" }""", "workspace.branch", "call it \"ref\"")]
    [InlineData("""{ "path": "/x", "setup": "a\u0000b" }""", "workspace.setup", "NUL")]
    [InlineData("\"/repos/shop\"", "workspace", "must be an object, not a string.")]
    public void A_wrong_workspace_is_told_how_to_mend_it(string workspace, string path, string message) => SaysOnly(With("workspace", workspace), path, message);

    [Theory]
    [InlineData("https://example.org/shop.git")]
    [InlineData("ssh://git@example.org:22/shop.git")]
    [InlineData("git@example.org:shop/shop.git")]
    [InlineData("file:///repos/shop")]
    [InlineData("/repos/shop.git")]
    public void A_repository_is_what_git_can_clone(string repository)
    {
        var reading = Read($$"""{ "agent": "claude", "prompt": "x", "workspace": { "repository": "{{repository}}", "ref": "release/1.0" } }""");

        Assert.Empty(reading.Errors);
        Assert.Equal(new WorkspaceRequest { Repository = repository, Ref = "release/1.0" }, reading.Request!.Workspace);
    }
}
