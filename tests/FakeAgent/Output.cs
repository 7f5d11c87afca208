using System.Globalization;
using System.Text;

namespace DurableAgentTasks.FakeAgent;

internal static class Output
{
    public static int Line(string text)
    {
        Console.WriteLine(text);
        return 0;
    }

    /// <summary>"line 00000001" and so on, to every stream by turns.</summary>
    public static int Lines(int count, params Stream[] streams)
    {
        var buffered = streams.Select(stream => new BufferedStream(stream, 8192)).ToList();
        for (var i = 1; i <= count; i++)
        {
            var line = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"line {i:D8}\n"));
            foreach (var stream in buffered) stream.Write(line);
        }

        buffered.ForEach(stream => stream.Flush());
        return 0;
    }

    /// <summary>Bytes without any line feed, as fast as they go.</summary>
    public static int Bytes(long count)
    {
        var chunk = new byte[64 * 1024];
        Array.Fill(chunk, (byte)'x');
        using var output = Console.OpenStandardOutput();
        for (; count > 0; count -= chunk.Length) output.Write(chunk, 0, (int)Math.Min(count, chunk.Length));
        return 0;
    }

    public static int HalfLine()
    {
        Console.Write("whole\nhalf");
        return 0;
    }

    /// <summary>Says "waiting", and goes on once <paramref name="path"/> exists.</summary>
    public static int AfterAFile(string path, int exitCode)
    {
        Console.WriteLine("waiting");
        while (!File.Exists(path)) Thread.Sleep(2);
        Lines(1000, Console.OpenStandardOutput());
        return exitCode;
    }
}
