using System.Security.Cryptography;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Tests.Snapshots;

public sealed class LooseObjectTests
{
    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public void It_is_what_git_would_have_written(string format)
    {
        using var scene = new Scene(repository: false);
        scene.Git("init", "--quiet", "--object-format", format, ".");
        scene.Write("content", "one\n\0two");
        var content = File.ReadAllBytes(scene.Full("content"));

        var id = Write(scene, format, content);

        Assert.Equal(scene.Git("hash-object", "-t", "blob", "content").TrimEnd('\n'), id);
        Assert.Equal("one\n\0two", scene.Git("cat-file", "blob", id));
        scene.Git("fsck", "--strict", "--no-dangling");
        var file = ObjectFile(scene, id);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(file));
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void Once_more_is_the_same()
    {
        using var scene = new Scene();
        var id = Write(scene, "sha1", "text"u8);

        Assert.Equal(id, Write(scene, "sha1", "text"u8));

        Assert.Equal("text", scene.Git("cat-file", "blob", id));
    }

    [Fact]
    public void A_store_that_cannot_be_written_is_said_and_nothing_is_left()
    {
        using var scene = new Scene();
        var file = ObjectFile(scene, Write(scene, "sha1", "text"u8));
        File.Delete(file);
        Directory.CreateDirectory(file);

        var refused = Assert.Throws<GitException>(() => Write(scene, "sha1", "text"u8));

        Assert.Contains(Store(scene), refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void A_store_in_which_no_folder_can_be_made_is_said()
    {
        using var scene = new Scene();
        var folder = Path.GetDirectoryName(ObjectFile(scene, Write(scene, "sha1", "text"u8)))!;
        Directory.Delete(folder, recursive: true);
        File.WriteAllText(folder, "a file in its place");

        var refused = Assert.Throws<GitException>(() => Write(scene, "sha1", "text"u8));

        Assert.Contains(folder, refused.Message, StringComparison.Ordinal);
    }

    private static string Write(Scene scene, string format, ReadOnlySpan<byte> content) =>
        LooseObject.Write(Store(scene), format == "sha1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, "blob", content);

    private static string Store(Scene scene) => scene.Full(".git/objects");

    private static string ObjectFile(Scene scene, string id) => Path.Combine(Store(scene), id[..2], id[2..]);
}
