using System.Buffers;

namespace DurableAgentTasks.Workspaces.Git;

/// <summary>What git writes and reads with <c>-z</c>: items that each end with a NUL.</summary>
internal static class NulList
{
    public static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> output)
    {
        while (!output.IsEmpty)
        {
            var end = output.Span.IndexOf((byte)0);
            if (end < 0) throw new InvalidDataException("A list of git's ends without its NUL.");
            yield return output[..end];
            output = output[(end + 1)..];
        }
    }

    public static IEnumerable<GitPath> Paths(ReadOnlyMemory<byte> output) => Split(output).Select(path => new GitPath(path));

    public static ReadOnlyMemory<byte> Join(IEnumerable<GitPath> paths)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var path in paths)
        {
            bytes.Write(path.Span);
            bytes.Write("\0"u8);
        }

        return bytes.WrittenMemory;
    }
}
