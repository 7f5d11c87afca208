using System.Text;
using BenchmarkDotNet.Attributes;
using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Benchmarks.Secrets;

/// <summary>What masking costs a chunk of output that has no secret in it, beside a plain copy of it.</summary>
[MemoryDiagnoser]
public class MaskBenchmarks
{
    private const int Chunk = 256 * 1024;

    private static readonly string Line = """{"type":"assistant","message":{"content":[{"type":"text","text":"I have read the file src/app.ts and will now run the tests."}]},"session_id":"1a4c9b27-cbda-40db-bba6-9fc0f9f8b6ac"}""" + "\n";

    private readonly byte[] _output = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Line, (Chunk / Line.Length) + 1)))[..Chunk];
    private readonly byte[] _copy = new byte[Chunk];
    private OutputSink _masked = (_, _, _, _, _) => ValueTask.CompletedTask;
    private long _offset;

    [Params(1, 10, 50)]
    public int Secrets { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, Secrets).Select(i => $"{"ghp_ sk-p npm_ AKIA glpa".Split(' ')[i % 5]}{Convert.ToHexString(BitConverter.GetBytes(random.NextInt64()))}");
        _masked = SecretMask.Of(values).Before(_masked);
    }

    [Benchmark(Baseline = true)]
    public void Copy() => _output.CopyTo(_copy, 0);

    [Benchmark]
    public ValueTask Mask()
    {
        _offset += Chunk;
        return _masked(OutputStream.StandardOutput, _output, _offset, end: false, CancellationToken.None);
    }
}
