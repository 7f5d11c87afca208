using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Contracts.Time;

namespace DurableAgentTasks.Agents.Tests.Processes;

public sealed class OutputTailTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dat-tail-").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly CollectedOutput _output = new();
    private readonly TaskCompletionSource _ended = new();

    private string File1 => Path.Combine(_folder, "stdout");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 10_000)]
    public async Task What_is_appended_arrives_at_the_next_look()
    {
        File.WriteAllText(File1, "first ");
        var tail = Run(offset: 0);
        await _output.SaidAsync("first ");

        await WaitingAsync();
        File.AppendAllText(File1, "second");
        _time.Advance(OutputTail.LongestInterval);
        await _output.SaidAsync("second");

        _ended.SetResult();
        await tail;
        Assert.Equal("first second", _output.Text);
        Assert.Equal((12, 1), (_output.OffsetAfter, _output.Ends));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_file_that_comes_later_is_read_from_its_beginning()
    {
        var tail = Run(offset: 0);
        await WaitingAsync();

        File.WriteAllText(File1, "late");
        _time.Advance(OutputTail.LongestInterval);
        await _output.SaidAsync("late");

        _ended.SetResult();
        await tail;
    }

    [Fact(Timeout = 10_000)]
    public async Task A_run_that_ended_without_output_has_an_end_all_the_same()
    {
        _ended.SetResult();

        await Run(offset: 0);

        Assert.Equal((0, 1), (_output.Bytes.Length, _output.Ends));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_later_life_resumes_at_the_recorded_offset()
    {
        File.WriteAllText(File1, "seen, unseen");
        _ended.SetResult();

        await Run(offset: 6);

        Assert.Equal("unseen", _output.Text);
        Assert.Equal(12, _output.OffsetAfter);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_truncated_file_is_read_again_from_its_beginning()
    {
        File.WriteAllText(File1, "a long text");
        var tail = Run(offset: 0);
        await _output.SaidAsync("a long text");

        File.WriteAllText(File1, "short");
        _ended.SetResult();
        await tail;

        Assert.Equal("a long textshort", _output.Text);
        Assert.Equal(5, _output.OffsetAfter);
    }

    [Fact(Timeout = 10_000)]
    public async Task While_nothing_comes_it_looks_ever_more_seldom()
    {
        var tail = Run(offset: 0);
        var intervals = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            await WaitingAsync();
            var due = _time.NextDue!.Value;
            intervals.Add((due - _time.GetUtcNow()).TotalMilliseconds);
            _time.AdvanceTo(due);
        }

        _ended.SetResult();
        await tail;
        Assert.Equal([1, 2, 4, 8, 16, 32, 50, 50, 50], intervals);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_tail_that_is_given_up_says_no_end()
    {
        using var givenUp = new CancellationTokenSource();
        var tail = Run(offset: 0, givenUp.Token);
        await WaitingAsync();

        await givenUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tail);
        Assert.Equal(0, _output.Ends);
    }

    [Fact(Timeout = 10_000)]
    public async Task What_the_sink_throws_ends_the_tail_and_the_chunk_counts_as_unread()
    {
        File.WriteAllText(File1, "text");

        var tail = new OutputTail(OutputStream.StandardOutput, File1, 0, (_, _, _, _, _) => throw new IOException("disk full"), _time);

        await Assert.ThrowsAsync<IOException>(() => tail.RunAsync(_ended.Task, CancellationToken.None));
    }

    private Task Run(long offset, CancellationToken cancellationToken = default) =>
        new OutputTail(OutputStream.StandardOutput, File1, offset, _output.ReceiveAsync, _time).RunAsync(_ended.Task, cancellationToken);

    private async Task WaitingAsync() => await Poll.UntilAsync(() => _time.NextDue is not null, TimeSpan.FromMilliseconds(1), CancellationToken.None);
}
