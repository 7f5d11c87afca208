using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

/// <summary>Operators press everything, steps end anyhow, slots come and go, the engine restarts: in any order, from a seed.</summary>
public sealed class RandomLifeTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromHours(4);
    private static readonly TimeSpan LongestLeap = TimeSpan.FromMinutes(40);

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

    [Theory(Timeout = TaskScenario.Patience)]
    [MemberData(nameof(Seeds))]
    public async Task A_task_comes_to_its_end_and_keeps_its_rules_whatever_happens(int seed)
    {
        var random = new Random(seed);
        var outline = Outlines.Of(
            Timeout, [Step("1.1"), Step("1.2")], [Step("2.1", critical: false)]) with
        { PhaseTimeout = random.Next(2) == 0 ? null : TimeSpan.FromHours(1) };
        await using var task = await TaskScenario.StartAsync(outline, script =>
        {
            foreach (var id in new[] { "1.1", "1.2", "2.1" }) script.Hold(id);
        });
        for (var i = 0; i < 25; i++)
        {
            await HappenAsync(task, random);
            for (var turn = random.Next(200); turn > 0; turn--) await Task.Yield();
        }

        AssertRules(task, await ComeToAnEndAsync(task));
    }

    private static async Task HappenAsync(TaskScenario task, Random random)
    {
        switch (random.Next(16))
        {
            case 0: await task.PauseAsync("stop"); break;
            case 1: await task.PauseAsync("drain"); break;
            case 2 or 3: await task.ResumeAsync(); break;
            case 4: await task.RaiseAsync(TaskActivities.Turn); break;
            case 5 when random.Next(4) == 0: await task.CancelAsync(); break;
            case 6: task.Activities.Place = random.Next(2) == 0 ? new(true, null) : new(false, "queued:1"); break;
            case 7 or 8: task.Time.Advance(LongestLeap * random.NextDouble()); break;
            case 9: task.Time.Advance(TimeSpan.FromSeconds(5)); break;
            case 10: await task.RestartAsync(); break;
            default: End(task, Outcome(task, random)); break;
        }
    }

    private static void End(TaskScenario task, StepOutcome outcome)
    {
        if (task.Activities.Begun.LastOrDefault() is { } begun) task.Activities.End(begun.StepId, begun.Attempt, outcome);
    }

    private static StepOutcome Outcome(TaskScenario task, Random random) => random.Next(9) switch
    {
        0 or 1 => ScriptedActivities.Exited(0),
        2 => Failed(FailureClass.Transient),
        3 => Failed(FailureClass.Quota) with { Failure = new(FailureClass.Quota, "spent", task.Time.GetUtcNow().AddHours(1)) },
        4 => Failed(FailureClass.Denied),
        5 => new(StepEnding.Stopped, null, "idle") { Stop = StopReason.Idle },
        6 => new(StepEnding.Stopped, null, "all") { Stop = StopReason.Emergency },
        _ => new(StepEnding.StillRunning, null, null) { Agent = new(new("s", null), null, null) },
    };

    /// <summary>From here on all goes well, and somebody resumes what is paused.</summary>
    private static async Task<OrchestrationInstance> ComeToAnEndAsync(TaskScenario task)
    {
        task.Activities.Place = new(true, null);
        for (var round = 0; ; round++)
        {
            if (await task.GetAsync() is { HasEnded: true } ended) return ended;
            if (round % 50 == 0) await task.ResumeAsync();
            await task.PassAsync();
            End(task, ScriptedActivities.Exited(0));
            await Task.Yield();
        }
    }

    private static void AssertRules(TaskScenario task, OrchestrationInstance ended)
    {
        var record = task.Record; // Its states follow each other as the table says, or it cannot be made.
        Assert.True(TaskLifecycle.HasEnded(record.State), $"{record.State}, {ended.Status}: {ended.Failure}");
        Assert.Equal("leave", task.Activities.Queueing.Last());
        Assert.DoesNotContain(StepEnding.StillRunning, task.Activities.Endings.Values);

        var works = false;
        var since = DateTimeOffset.MinValue;
        var worked = TimeSpan.Zero;
        var open = new HashSet<string>();
        var over = new HashSet<string>();
        foreach (var entry in task.Activities.Timeline)
        {
            if (entry.To is { } to)
            {
                if (works) worked += entry.Time - since;
                (works, since) = (to is TaskState.Planning or TaskState.Executing, entry.Time);
                if (!works) Assert.Empty(open);
            }

            if (entry.Type != TimelineTypes.Step) continue;
            var step = entry.Data!.Value.GetProperty("stepId").GetString()!;
            if (entry.Trigger == "step_started")
            {
                Assert.True(works && open.Count == 0 && !over.Contains(step), $"{step} was begun at {entry.Number}.");
                open.Add(step);
            }
            else
            {
                Assert.True(open.Remove(step), $"{step} ended at {entry.Number} and had not begun.");
                if (entry.Trigger is "step_completed" or "step_skipped") over.Add(step);
            }
        }

        // The clock may leap more than once before the engine comes to look at it.
        Assert.InRange(worked, TimeSpan.Zero, Timeout + (6 * LongestLeap));
        if (task.Activities.Timeline.Any(entry => entry.Trigger == "task_timeout")) Assert.True(worked >= Timeout, $"{worked}");
    }

    private static StepOutcome Failed(FailureClass @class) => new(StepEnding.Failed, 1, "broke") { Failure = new(@class, "said so", null) };

    private static StepOutline Step(string id, bool critical = true) => Outlines.Step(id, TimeSpan.FromHours(2), critical);
}
