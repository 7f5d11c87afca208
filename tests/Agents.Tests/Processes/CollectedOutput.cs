using System.Text;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Tests.Processes;

/// <summary>A sink that keeps everything and tells when something has been said.</summary>
internal sealed class CollectedOutput
{
    private readonly Lock _gate = new();
    private readonly List<byte> _bytes = [];
    private readonly List<(string Text, int Times, TaskCompletionSource Said)> _waiting = [];

    public long OffsetAfter { get; private set; }

    public int Ends { get; private set; }

    public byte[] Bytes
    {
        get
        {
            lock (_gate) return [.. _bytes];
        }
    }

    public string Text => Encoding.UTF8.GetString(Bytes);

    public ValueTask ReceiveAsync(OutputStream stream, ReadOnlyMemory<byte> chunk, long offsetAfter, bool end, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _bytes.AddRange(chunk.Span);
            OffsetAfter = offsetAfter;
            if (end) Ends++;
            _waiting.RemoveAll(waiting =>
            {
                if (Count(waiting.Text) < waiting.Times) return false;
                waiting.Said.SetResult();
                return true;
            });
        }

        return ValueTask.CompletedTask;
    }

    public Task SaidAsync(string text, int times = 1)
    {
        lock (_gate)
        {
            if (Count(text) >= times) return Task.CompletedTask;
            var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((text, times, said));
            return said.Task;
        }
    }

    private int Count(string text) => Encoding.UTF8.GetString(_bytes.ToArray()).Split(text).Length - 1;
}
