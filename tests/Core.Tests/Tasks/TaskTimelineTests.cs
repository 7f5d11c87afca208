using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Tasks;

public sealed class TaskTimelineTests
{
    private readonly TaskTimeline _timeline = new();

    [Fact]
    public void Entries_are_numbered_from_one_over_all_batches()
    {
        _timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        _timeline.PlanMade(Samples.Plan, Samples.At(1));
        var first = _timeline.TakePending();
        _timeline.Warning("task_timeout_near", "75 % of the time is over", Samples.At(2));

        Assert.Equal([1, 2], first.Select(entry => entry.Number));
        Assert.Equal([3], _timeline.TakePending().Select(entry => entry.Number));
        Assert.False(_timeline.HasPending);
        Assert.Empty(_timeline.TakePending());
    }

    [Fact]
    public void A_transition_tells_from_to_trigger_who_and_why()
    {
        _timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        _timeline.Transition(TaskState.Paused, "pause", Samples.At(1), detail: "operator", by: "ann", reason: "lunch");

        var entry = _timeline.TakePending()[1];
        Assert.Equal((TaskState.Planning, TaskState.Paused), (entry.From!.Value, entry.To!.Value));
        Assert.Equal(("pause", "ann", "lunch", Samples.At(1)), (entry.Trigger, entry.By, entry.Reason, entry.Time));
        Assert.Equal("""{"detail":"operator","result":null,"error":null}""", Samples.Write(entry.Data));
        Assert.Equal(TaskState.Paused, _timeline.State);
    }

    [Fact]
    public void A_refused_transition_leaves_no_trace()
    {
        Assert.Throws<InvalidTransitionException>(() => _timeline.Transition(TaskState.Executing, "start", Samples.At(0)));

        Assert.Equal((TaskState.Created, 1), (_timeline.State, _timeline.NextNumber));
        Assert.False(_timeline.HasPending);
    }

    [Fact]
    public void A_task_ends_only_in_an_end() =>
        Assert.Throws<ArgumentException>(() => _timeline.End(TaskState.Planning, new(TaskOutcome.Success, null), "done", Samples.At(0)));

    [Fact]
    public void A_step_that_is_in_progress_has_not_ended() =>
        Assert.Throws<ArgumentException>(() => _timeline.StepEnded("1.1", WorkStatus.InProgress, 1, null, null, Samples.At(0)));

    [Fact]
    public void A_replay_makes_the_same_entries()
    {
        var replay = new TaskTimeline();
        TellAll(_timeline);
        TellAll(replay);

        Assert.Equal(Samples.Write(_timeline.TakePending()), Samples.Write(replay.TakePending()));
    }

    [Fact]
    public void A_restored_timeline_goes_on_as_if_nothing_had_been()
    {
        _timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        var written = _timeline.TakePending();
        var restored = new TaskTimeline(_timeline.State, _timeline.NextNumber);

        _timeline.Transition(TaskState.Executing, "planned", Samples.At(1));
        restored.Transition(TaskState.Executing, "planned", Samples.At(1));

        Assert.Equal(Samples.Write(_timeline.TakePending()), Samples.Write(restored.TakePending()));
        Assert.Equal(1, Samples.Task().Apply(written).ContinueTimeline().NextNumber - 1);
    }

    [Fact]
    public void Every_entry_keeps_its_shape_in_JSON()
    {
        TellAll(_timeline);

        Assert.Equal(
            [
                """transition created>planning start {"detail":"x","result":null,"error":null}""",
                """detail > - {"detail":"workspace_busy"}""",
                """plan > - plan""",
                """step > step_started {"stepId":"1.1","status":"in_progress","attempt":1,"exitCode":null,"message":null}""",
                """step > step_failed {"stepId":"1.1","status":"failed","attempt":1,"exitCode":2,"message":"exited with 2"}""",
                """step > step_interrupted {"stepId":"1.2","status":"pending","attempt":1,"exitCode":null,"message":null}""",
                """operator > pause -""",
                """warning > idle -""",
                """resumption > user_request -""",
                """recovery > retry {"stepId":"1.1","class":"transient","action":"retry","attempt":1,"delay":"PT2S","evidence":"reset"}""",
                """transition planning>failed step_failed {"detail":null,"result":{"outcome":"failed","summary":"no"},"error":{"code":"step_failed","message":"1.1","stepId":"1.1"}}""",
            ],
            _timeline.TakePending().Select(Line));

        static string Line(TimelineEntry entry)
        {
            var data = entry.Type == TimelineTypes.Plan ? "plan" : entry.Data?.GetRawText() ?? "-";
            var states = (entry.From, entry.To) is ({ } from, { } to) ? $"{Samples.Write(from)}>{Samples.Write(to)}".Replace("\"", "", StringComparison.Ordinal) : ">";
            return $"{entry.Type} {states} {entry.Trigger ?? "-"} {data}";
        }
    }

    private static void TellAll(TaskTimeline timeline)
    {
        timeline.Transition(TaskState.Planning, "start", Samples.At(0), detail: "x");
        timeline.DetailChanged("workspace_busy", Samples.At(1));
        timeline.PlanMade(Samples.Plan, Samples.At(2));
        timeline.StepStarted("1.1", 1, Samples.At(3));
        timeline.StepEnded("1.1", WorkStatus.Failed, 1, 2, "exited with 2", Samples.At(4));
        timeline.StepEnded("1.2", WorkStatus.Pending, 1, null, null, Samples.At(4));
        timeline.OperatorAction("pause", "ann", "lunch", Samples.At(5));
        timeline.Warning("idle", "no activity for 5 minutes", Samples.At(6));
        timeline.Resumption(ResumptionKind.UserRequest, "back", Samples.At(7));
        timeline.Recovery(new("1.1", FailureClass.Transient, RecoveryAction.Retry, 1, TimeSpan.FromSeconds(2), "reset"), Samples.At(8));
        timeline.End(TaskState.Failed, new(TaskOutcome.Failed, "no"), "step_failed", Samples.At(9), new("step_failed", "1.1", "1.1"));
    }
}
