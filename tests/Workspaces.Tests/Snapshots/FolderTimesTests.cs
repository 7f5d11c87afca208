using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Tests.Snapshots;

public sealed class FolderTimesTests
{
    [Fact]
    public void Nothing_is_known_of_a_folder_on_another_file_system()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has them.");
        var top = new FolderTimes("/");

        Assert.NotNull(top.Of(default, default));
        Assert.Null(top.Of(GitPath.Of("proc"), default));
    }

    [Fact]
    public void A_folder_that_had_no_rules_and_has_not_changed_has_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has them.");
        using var scene = new Scene(repository: false);
        scene.Write("a/file", "");
        var times = new FolderTimes(scene.User);
        var before = times.Of(GitPath.Of("a"), default)!.Value;
        Assert.Equal(0, before.Rules);
        Assert.Equal(before, times.Of(GitPath.Of("a"), before));

        scene.Write("a/.gitignore", "*.log");

        Assert.NotEqual(0, times.Of(GitPath.Of("a"), before)!.Value.Rules);
    }
}
