using BenchmarkDotNet.Attributes;
using DurableAgentTasks.Engine.History;

namespace DurableAgentTasks.Benchmarks.Engine;

/// <summary>What one history event costs as bytes, written and read.</summary>
[MemoryDiagnoser]
public class HistoryBenchmarks
{
    private readonly HistoryEvent _scheduled = new()
    {
        Kind = EventKind.TaskScheduled, Time = DateTimeOffset.UnixEpoch, Number = 41, Turn = 40, Name = "RunStep",
        Payload = """{"taskId":"fix-login","stepId":"1.2","attempt":1}"""u8.ToArray(),
    };

    private byte[] _bytes = [];

    [GlobalSetup]
    public void Write() => _bytes = HistoryCodec.Encode(_scheduled).ToArray();

    [Benchmark(Baseline = true)]
    public byte[] CopyOfTheBytes() => (byte[])_bytes.Clone();

    [Benchmark]
    public int Encode() => HistoryCodec.Encode(_scheduled).Length;

    [Benchmark]
    public object Decode() => HistoryCodec.Read(_bytes);
}
