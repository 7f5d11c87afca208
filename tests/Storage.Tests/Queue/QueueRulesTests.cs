using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Queue;

namespace DurableAgentTasks.Storage.Tests.Queue;

public sealed class QueueRulesTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<string, int> _perAgent = [];
    private QueueRules _rules = new(new QueueLimits { MaxConcurrentTasks = 2 });
    private QueueRecord _record = QueueRecord.Empty;
    private DateTimeOffset _now = Start;

    [Fact]
    public void As_many_run_as_there_are_slots_and_the_others_wait_in_order()
    {
        Assert.True(Join("a").HasSlot);
        Assert.True(Join("b").HasSlot);
        Assert.Equal(new QueueStanding(HasSlot: false, 1, FolderBusy: false), Join("c"));
        Assert.Equal(2, Join("d").Position);
        Assert.Equal(1, Join("c").Position);
        Assert.Equal(["a", "b"], Running);
        Assert.Equal(["c", "d"], Waiting);
    }

    [Fact]
    public void Turns_come_by_priority_and_then_by_arrival()
    {
        Fill();
        Join("late", minute: 3);
        Join("early", minute: 2);
        Join("urgent", priority: 5, minute: 4);
        Join("idle", priority: -5);
        Join("same", minute: 2);
        Assert.Equal(["urgent", "early", "same", "late", "idle"], Waiting);
        Assert.Empty(Turns);
        Leave("x");
        Assert.Equal(["urgent"], Turns);
        Leave("y");
        Assert.Equal(["urgent", "early"], Turns);
    }

    [Fact]
    public void A_free_slot_is_kept_for_the_one_whose_turn_it_is()
    {
        Fill();
        Join("first");
        Leave("x");
        Assert.Equal(new QueueStanding(HasSlot: false, 2, FolderBusy: false), Join("second", minute: 1));
        Assert.True(Join("first").HasSlot);
        Assert.Equal(1, Join("second", minute: 1).Position);
    }

    [Fact]
    public void Whoever_has_the_higher_priority_goes_before_those_that_wait()
    {
        Fill();
        Join("first");
        Leave("x");
        Assert.True(Join("urgent", priority: 1, minute: 9).HasSlot);
        Assert.False(Join("first").HasSlot);
    }

    [Fact]
    public void The_limit_of_an_agent_holds_up_no_other_agent()
    {
        _perAgent["claude"] = 1;
        _rules = new(new QueueLimits { MaxConcurrentTasks = 3, PerAgent = _perAgent });
        Assert.True(Join("c1", agent: "claude").HasSlot);
        Assert.Equal(1, Join("c2", agent: "claude").Position);
        Assert.True(Join("s1", minute: 1).HasSlot);
        Assert.True(Join("s2", minute: 1).HasSlot);
        Leave("c1");
        Assert.Equal(["c2"], Turns);
    }

    [Theory]
    [InlineData("/repos/shop", "/repos/shop", true)]
    [InlineData("/repos/shop", "/repos/shop/web", true)]
    [InlineData("/repos/shop/web", "/repos/shop", true)]
    [InlineData("/", "/repos/shop", true)]
    [InlineData("/repos/shop", "/repos/shop2", false)]
    [InlineData("/repos/shop", "/repos/other", false)]
    [InlineData("/repos/shop", null, false)]
    public void One_task_at_a_time_works_in_a_folder_and_in_those_within_it(string one, string? other, bool same)
    {
        Assert.True(Join("a", folder: one).HasSlot);
        var standing = Join("b", folder: other);
        Assert.Equal(!same, standing.HasSlot);
        Assert.Equal(same, standing.FolderBusy);
    }

    [Fact]
    public void Who_waits_for_a_folder_holds_up_nobody_but_those_that_want_it_too()
    {
        Join("a", folder: "/repo");
        Assert.True(Join("b", folder: "/repo", minute: 1).FolderBusy);
        Assert.True(Join("c", folder: "/other", minute: 2).HasSlot);
        Leave("a");
        Assert.True(Join("d", folder: "/repo/sub", minute: 3).FolderBusy);
        Assert.Equal(["b"], Turns);
        Assert.True(Join("b", folder: "/repo", minute: 1).HasSlot);
    }

    [Fact]
    public void A_slot_lasts_until_it_expires_unless_it_is_renewed()
    {
        Fill();
        Pass(TimeSpan.FromMinutes(40));
        Assert.True(Join("x").HasSlot);
        Pass(TimeSpan.FromMinutes(19));
        Assert.False(Join("z").HasSlot);
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(["x"], Running);
        Assert.True(Join("z").HasSlot);
        Assert.False(Join("y").HasSlot);
    }

    [Fact]
    public void A_place_that_nobody_renews_goes_too()
    {
        Fill();
        Join("gone");
        Join("there", minute: 1);
        Pass(TimeSpan.FromMinutes(3));
        Join("there", minute: 1);
        Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(["there"], Waiting);
        Leave("x");
        Assert.Equal(["there"], Turns);
    }

    [Fact]
    public void Asking_again_changes_nothing_before_half_the_time_is_over()
    {
        Fill();
        Join("w");
        Pass(TimeSpan.FromMinutes(2));
        var before = _record;
        Join("x");
        Join("w");
        Assert.Same(before, _record);
        Pass(TimeSpan.FromMinutes(28));
        Join("x");
        Assert.NotSame(before, _record);
        Assert.Equal(_now + QueueRules.SlotLifetime, _record.Slots.Single(slot => slot.Task.Id.Value == "x").Expires);
    }

    [Fact]
    public void Leaving_twice_is_leaving_once()
    {
        Fill();
        Leave("x");
        var before = _record;
        Leave("x");
        Assert.Same(before, _record);
        Join("w");
        Leave("w");
        Assert.Empty(Waiting);
    }

    [Fact]
    public void A_lower_limit_ends_nobody_but_lets_nobody_in()
    {
        Fill();
        _rules = new(new QueueLimits { MaxConcurrentTasks = 1 });
        Assert.True(Join("x").HasSlot);
        Leave("x");
        Assert.False(Join("w").HasSlot);
        Leave("y");
        Assert.True(Join("w").HasSlot);
    }

    [Theory]
    [InlineData(2, 0, 0, false)]
    [InlineData(2, 1, 0, false)]
    [InlineData(2, 2, 1, false)]
    [InlineData(2, 2, 2, true)]
    [InlineData(2, 2, 3, true)]
    [InlineData(0, 0, 0, false)]
    [InlineData(0, 1, 0, false)]
    [InlineData(0, 2, 0, true)]
    public void It_is_full_when_as_many_wait_as_may_and_the_next_would_have_to(int maxQueued, int running, int waiting, bool full)
    {
        _rules = new(new QueueLimits { MaxConcurrentTasks = 2, MaxQueuedTasks = maxQueued });
        for (var i = 0; i < running + waiting; i++) Join($"t{i}");
        Assert.Equal((running, waiting), (Running.Count(), Waiting.Count()));
        Assert.Equal(full, _rules.IsFull(_record, _now));
        Pass(QueueRules.PlaceLifetime);
        Assert.Equal(maxQueued == 0 && running == 2, _rules.IsFull(_record, _now));
    }

    [Fact]
    public void The_record_is_read_as_it_was_written()
    {
        Fill();
        Join("w", folder: "/repo", priority: -3);
        var read = JsonSerializer.Deserialize<QueueRecord>(JsonSerializer.Serialize(_record, TaskJson.Options), TaskJson.Options)!;
        Assert.Equal(_record.Slots, read.Slots);
        Assert.Equal(_record.Waiting, read.Waiting);
    }

    [Fact]
    public void All_that_is_wrong_with_the_limits_is_said_at_once() =>
        Assert.Equal(
            [
                "Agents:MaxConcurrentTasks (0) must be from 1 to 100,000.",
                "Agents:MaxQueuedTasks (-1) must be from 0 to 100,000.",
                "Agents:Profiles:claude:MaxConcurrentTasks (0) must be from 1 to 100,000.",
            ],
            new QueueLimits { MaxConcurrentTasks = 0, MaxQueuedTasks = -1, PerAgent = new Dictionary<string, int> { ["claude"] = 0 } }.Validate());

    private IEnumerable<string> Running => _record.At(_now).Slots.Select(entry => entry.Task.Id.Value);

    private IEnumerable<string> Waiting => _record.At(_now).Waiting.Select(entry => entry.Task.Id.Value);

    private IEnumerable<string> Turns => _rules.Turns(_record, _now).Select(id => id.Value);

    private void Fill()
    {
        Join("x");
        Join("y");
    }

    private void Pass(TimeSpan time) => _now += time;

    private QueueStanding Join(string id, int priority = 0, int minute = 0, string agent = "shell", string? folder = null)
    {
        var task = new QueuedTask(TaskId.Parse(id), agent, priority, Start.AddMinutes(minute), folder);
        (_record, var standing) = _rules.Join(_record, task, _now);
        return standing;
    }

    private void Leave(string id) => _record = QueueRules.Leave(_record, TaskId.Parse(id));
}
