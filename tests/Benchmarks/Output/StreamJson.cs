using System.Text;
using System.Text.Json;

namespace DurableAgentTasks.Benchmarks.Output;

/// <summary>Lines as an agent prints them: mostly of a few hundred bytes, some of tens of thousands.</summary>
internal static class StreamJson
{
    private static readonly byte[] Block = MakeBlock();

    public static void Write(string path, long bytes)
    {
        using var file = File.Create(path);
        for (var left = bytes; left > 0; left -= Block.Length) file.Write(Block, 0, (int)Math.Min(left, Block.Length));
    }

    private static byte[] MakeBlock()
    {
        var random = new Random(1);
        var block = new MemoryStream();
        while (block.Length < 4 * 1024 * 1024)
        {
            var text = new string('x', random.Next(40) == 0 ? 40_000 : random.Next(100, 2_000));
            var line = new { type = "assistant", session_id = Guid.Empty, message = new { role = "assistant", content = new[] { new { type = "text", text } } } };
            block.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line) + "\n"));
        }

        return block.ToArray();
    }
}
