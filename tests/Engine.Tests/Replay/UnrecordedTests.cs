using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Engine.Replay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Engine.Tests.Replay;

/// <summary>An engine that stops can record nothing any more. The code of an orchestration must not take that for a failure of its own.</summary>
public sealed class UnrecordedTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Code_that_cancels_a_timer_while_the_engine_stops_sees_no_exception()
    {
        var host = new StoppingHost();
        var execution = new Execution(
            host, new HistoryEvent { Kind = EventKind.Started, Time = Now, Name = "Race", Text = "race-1" }, new RecordedDecisions([]));
        Exception? seen = null;
        execution.Start(
            async context =>
            {
                using var lost = new CancellationTokenSource();
                var timer = context.CreateTimerAsync(Now.AddHours(1), lost.Token);
                await Task.WhenAny(timer, context.WaitForExternalEventAsync<int>("go"));
                try
                {
                    lost.Cancel();
                }
                catch (Exception error)
                {
                    seen = error;
                }

                return null;
            },
            replaying: false);
        host.Stopped = true;
        Assert.Throws<ObjectDisposedException>(() => execution.Deliver(
            new HistoryEvent { Kind = EventKind.EventRaised, Time = Now, Name = "go", Payload = "1"u8.ToArray() }, replaying: false));
        Assert.Null(seen);
    }

    private sealed class StoppingHost : IExecutionHost
    {
        public bool Stopped { get; set; }

        public void Record(HistoryEvent decision) => ObjectDisposedException.ThrowIf(Stopped, this);

        public void TimerCancelled(int number)
        {
        }

        public void Wake()
        {
        }

        public ILogger CreateLogger(string category) => NullLogger.Instance;
    }
}
