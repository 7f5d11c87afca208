using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Tasks;

public sealed class TaskLifecycleTests
{
    // Rows: from. Columns, in the same order: to. x: allowed.
    private const string Grid = """
                        cr pl ex pa ch re cg cd fa ca
        created         .  x  .  .  .  .  .  .  x  x
        planning        .  .  x  x  .  .  x  .  x  x
        executing       .  .  .  x  x  .  x  .  x  x
        paused          .  .  .  .  .  x  .  .  .  x
        checkpointing   .  .  x  x  .  .  x  .  x  x
        resuming        .  x  x  x  .  .  x  .  x  x
        completing      .  .  .  .  .  .  .  x  x  x
        completed       .  .  .  .  .  .  .  .  .  .
        failed          .  .  .  .  .  x  .  .  .  x
        cancelled       .  .  .  .  .  .  .  .  .  .
        """;

    public static TheoryData<string, string, bool> Cells()
    {
        var rows = Grid.Split('\n').Skip(1).Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        var cells = new TheoryData<string, string, bool>();
        foreach (var row in rows)
        {
            for (var to = 0; to < rows.Count; to++) cells.Add(row[0], rows[to][0], row[to + 1] == "x");
        }

        return cells;
    }

    [Fact]
    public void The_grid_has_every_cell() => Assert.Equal(100, Cells().Count);

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_transition_is_allowed_exactly_if_the_table_has_it(string from, string to, bool allowed)
    {
        var (before, after) = (State(from), State(to));

        Assert.Equal(allowed, TaskLifecycle.CanMove(before, after));
        Assert.Equal(allowed, TaskLifecycle.NextOf(before).Contains(after));
        var error = Record.Exception(() => TaskLifecycle.EnsureCanMove(before, after));
        if (allowed)
        {
            Assert.Null(error);
            return;
        }

        var refused = Assert.IsType<InvalidTransitionException>(error);
        Assert.Equal((before, after), (refused.From, refused.To));
        Assert.Contains($"from '{from}' to '{to}'", refused.Message, StringComparison.Ordinal);
        Assert.All(TaskLifecycle.NextOf(before), next => Assert.Contains(WireName.Of(next), refused.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_refusal_says_what_is_allowed() =>
        Assert.Equal(
            "A task cannot go from 'paused' to 'executing': from 'paused' it may go to resuming, cancelled.",
            new InvalidTransitionException(TaskState.Paused, TaskState.Executing).Message);

    [Fact]
    public void A_refusal_after_the_end_says_that_it_is_final() =>
        Assert.Equal(
            "A task cannot go from 'completed' to 'executing': 'completed' is final.",
            new InvalidTransitionException(TaskState.Completed, TaskState.Executing).Message);

    [Theory]
    [InlineData("created", "cancel")]
    [InlineData("planning", "cancel pause")]
    [InlineData("executing", "cancel pause")]
    [InlineData("paused", "cancel resume")]
    [InlineData("checkpointing", "cancel pause")]
    [InlineData("resuming", "cancel pause")]
    [InlineData("completing", "cancel")]
    [InlineData("completed", "terminal ended")]
    [InlineData("failed", "cancel resume ended")]
    [InlineData("cancelled", "terminal ended")]
    public void What_operators_may_do_depends_on_the_state(string state, string expected)
    {
        var at = State(state);
        var may = new[]
        {
            (TaskLifecycle.CanCancel(at), "cancel"),
            (TaskLifecycle.CanPause(at), "pause"),
            (TaskLifecycle.CanResume(at), "resume"),
            (TaskLifecycle.IsTerminal(at), "terminal"),
            (TaskLifecycle.HasEnded(at), "ended"),
        };

        Assert.Equal(expected, string.Join(' ', may.Where(can => can.Item1).Select(can => can.Item2)));
    }

    private static TaskState State(string name) => WireName.TryParse<TaskState>(name, out var state) ? state : throw new ArgumentException("No such state.", nameof(name));
}
