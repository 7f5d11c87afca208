using System.Runtime.Versioning;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Contracts.Time;

namespace DurableAgentTasks.Agents.Tests.Processes;

[SupportedOSPlatform("linux")]
public sealed class FreezeTests
{
    private static readonly StopCause Operator = new("ada", "wrong branch");

    [Theory(Timeout = 30_000)]
    [InlineData("hang", 1)]
    [InlineData("spawn-child", 2)]
    [InlineData("spawn-grandchild", 2)]
    public async Task Every_process_of_the_tree_stands_still_until_it_is_thawed(string mode, int processes)
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Agent(mode));
        await scope.Output.SaidAsync("hanging", processes);

        var frozen = process.Freeze();
        var again = process.Freeze();

        Assert.Equal(processes, frozen.Count);
        Assert.All(frozen, member => Assert.Equal(process.Record.Tag, member.Tag));
        Assert.Equal(frozen, again);
        await EachIsAsync(frozen, stopped: true);
        Assert.NotEqual('T', StateOf(process.Record.Pid!.Value));

        process.Thaw();
        process.Thaw();

        await EachIsAsync(frozen, stopped: false);
        process.StopNow(Operator);
        await process.Completion;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_frozen_command_does_nothing_and_goes_on_where_it_was()
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Shell("echo hanging; until [ -e go ]; do sleep 0.005; done; exit 6"));
        await scope.Output.SaidAsync("hanging");

        await EachIsAsync(process.Freeze(), stopped: true);
        File.WriteAllText(Path.Combine(scope.DataFolder, "go"), "");
        Assert.Equal(RunState.Alive, process.Folder.Read().State);
        process.Thaw();

        Assert.Equal(6, (await process.Completion).ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_forks_as_fast_as_it_can_is_frozen_whole()
    {
        await using var scope = new RunScope();
        const string breeder = "echo hanging; i=0; while [ $i -lt 400 ]; do (setsid sleep 1000 &); i=$((i+1)); done; sleep 1000";
        var process = await scope.StartAsync(scope.Shell(breeder));
        await scope.Output.SaidAsync("hanging");

        for (var i = 0; i < 5; i++)
        {
            var frozen = process.Freeze();
            await EachIsAsync(frozen, stopped: true);
            var still = frozen.Select(one => one.Pid).Append(process.Record.Pid!.Value).ToHashSet();
            Assert.All(scope.Tagged(), living => Assert.Contains(int.Parse(living.Split(' ')[0]), still));
            process.Thaw();
        }

        process.StopNow(Operator);
        Assert.Empty((await process.Completion).Remaining);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_polite_stop_of_a_frozen_tree_lets_all_of_it_end_by_itself()
    {
        await using var scope = new RunScope();
        const string command =
            """
            setsid sh -c 'trap "exit 0" TERM; echo hanging; while :; do sleep 0.01; done' & tool=$!
            trap 'kill -TERM $tool; wait $tool; exit 9' INT
            echo hanging
            while :; do sleep 0.01; done
            """;
        // The clock stands still: were the grace needed, this would never end.
        var process = await scope.StartAsync(scope.Shell(command), new ManualTimeProvider());
        await scope.Output.SaidAsync("hanging", times: 2);
        await EachIsAsync(process.Freeze(), stopped: true);

        process.Stop(Operator);

        Assert.Equal(9, (await process.Completion).ExitCode);
        Assert.Empty(process.Freeze());
        Assert.Empty(scope.Tagged());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_frozen_tree_is_adopted_thawed_and_frozen_by_the_next_life()
    {
        await using var scope = new RunScope();
        var started = await scope.StartAsync(scope.Agent("spawn-child"));
        await scope.Output.SaidAsync("hanging", times: 2);
        started.Freeze();

        var adopted = SupervisedProcess.Adopt(started.Folder, TimeProvider.System, CancellationToken.None, CancellationToken.None)!;
        adopted.Thaw();
        await EachIsAsync(adopted.Freeze(), stopped: true);

        adopted.StopNow(Operator);
        Assert.Equal(2, (await adopted.Completion).Ended.Count);
        await started.Completion;
    }

    /// <summary>
    /// A signal takes effect a moment after it was sent. One whose vforked child was stopped before its exec waits for it in state D; one that
    /// had just ended stays in state Z, for its parent is frozen and does not ask for it.
    /// </summary>
    private static async Task EachIsAsync(IReadOnlyList<RunProcess> processes, bool stopped) =>
        await Poll.UntilAsync(
            () => processes.All(process => StateOf(process.Pid) is var state && (state == 'Z' || (state is 'T' or 'D') == stopped)), TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);

    private static char StateOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            // It has ended since, and its parent was told.
            return 'Z';
        }
    }
}
