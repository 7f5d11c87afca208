using DurableAgentTasks.Activities.Queue;
using DurableAgentTasks.Contracts.Blobs;

namespace DurableAgentTasks.Activities.Tests.Queue;

public sealed class CanonicalPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_has_one_path_whatever_leads_to_it()
    {
        var folder = Directory.CreateDirectory(At("shop/web")).FullName;
        Directory.CreateSymbolicLink(At("link"), "shop");
        Directory.CreateSymbolicLink(At("other"), At("link"));
        var wanted = CanonicalPath.Of(folder);
        Assert.EndsWith(Path.Combine("shop", "web"), wanted, StringComparison.Ordinal);
        Assert.Equal(wanted, CanonicalPath.Of(At("link/web")));
        Assert.Equal(wanted, CanonicalPath.Of(At("other/web/")));
        Assert.Equal(wanted, CanonicalPath.Of(At("shop/../other/./web")));
    }

    [Fact]
    public void What_is_not_there_stays_as_it_is_written() =>
        Assert.Equal(Path.Combine(CanonicalPath.Of(_folder.Path), "none", "x"), CanonicalPath.Of(At("none/x")));

    [Fact]
    public void Links_in_circles_come_to_an_end()
    {
        Directory.CreateSymbolicLink(At("a"), At("b/x"));
        Directory.CreateSymbolicLink(At("b"), At("a/y"));
        Assert.True(Path.IsPathFullyQualified(CanonicalPath.Of(At("a"))));
    }

    private string At(string path) => Path.Combine(_folder.Path, path);
}
