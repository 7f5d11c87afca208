using System.Diagnostics;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Agents.Tests.Processes;

/// <summary>The supervisor is another process here, so that it can be killed as the kernel or an operator kills it.</summary>
public sealed class LeftoversTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    [Fact(Timeout = 60_000)]
    public async Task A_command_goes_on_without_its_supervisor_and_its_status_and_output_are_found()
    {
        await using var scope = new RunScope();
        var go = Path.Combine(scope.DataFolder, "go");
        var folder = await AbandonedRun.StartAsync(scope, FakeAgentProgram.Path, "slow-start", go);
        var ended = new TaskCompletionSource();
        var before = new CollectedOutput();
        using (var givenUp = new CancellationTokenSource())
        {
            var tail = new OutputTail(OutputStream.StandardOutput, folder.StandardOutput, 0, before.ReceiveAsync, TimeProvider.System);
            var running = tail.RunAsync(ended.Task, givenUp.Token);
            await before.SaidAsync("waiting\n");
            await givenUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        Assert.Equal(RunState.Alive, folder.Read().State);
        File.WriteAllText(go, "");
        await Poll.UntilAsync(() => folder.Read().State != RunState.Alive, TimeSpan.FromMilliseconds(5), CancellationToken.None);
        ended.SetResult();
        await RunScope.Follow(folder, OutputStream.StandardOutput, scope.Output, ended.Task, before.OffsetAfter);

        Assert.Equal((RunState.Ended, 7), (folder.Read().State, folder.Read().ExitCode));
        Assert.StartsWith("line 00000001\n", scope.Output.Text);
        Assert.EndsWith("line 00001000\n", scope.Output.Text);
        await NoneLeftAsync(scope);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("hang", 1)]
    [InlineData("spawn-child", 2)]
    [InlineData("spawn-grandchild", 2)]
    public async Task What_an_earlier_life_left_behind_is_ended_and_reported(string mode, int processes)
    {
        await using var scope = new RunScope();
        var folder = await AbandonedRun.StartAsync(scope, FakeAgentProgram.Path, mode);
        await AbandonedRun.WaitForOutputAsync(folder, "hanging", processes);

        var report = await Leftovers.EndAsync(scope.Id, Leftovers.RunsIn(scope.DataFolder), Grace, TimeProvider.System, CancellationToken.None);

        Assert.Equal(processes, report.Ended.Count);
        Assert.All(report.Ended, process => Assert.Equal(AbandonedRun.TagOf(scope), process.Tag));
        Assert.Empty(report.Remaining);
        Assert.Empty(scope.Tagged());
        const int interrupted = 130;
        Assert.Equal((RunState.Ended, interrupted), (folder.Read().State, folder.Read().ExitCode));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_escaped_process_whose_records_are_gone_is_found_by_the_data_folders_tag()
    {
        await using var scope = new RunScope();
        var folder = await AbandonedRun.StartAsync(scope, FakeAgentProgram.Path, "spawn-grandchild");
        await AbandonedRun.WaitForOutputAsync(folder, "hanging", 2);

        var report = await Leftovers.EndAsync(scope.Id, [], Grace, TimeProvider.System, CancellationToken.None);

        // Without its record the wrapper is a process like the others.
        Assert.Equal(3, report.Ended.Count);
        Assert.Equal(RunState.Ended, folder.Read().State);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_that_is_spared_goes_on_while_strays_of_others_are_ended()
    {
        await using var scope = new RunScope();
        var spared = await AbandonedRun.StartAsync(scope, "1.1", [FakeAgentProgram.Path, "spawn-grandchild"]);
        var other = await AbandonedRun.StartAsync(scope, "1.2", [FakeAgentProgram.Path, "spawn-grandchild"]);
        await AbandonedRun.WaitForOutputAsync(spared, "hanging", 2);
        await AbandonedRun.WaitForOutputAsync(other, "hanging", 2);

        var report = await Leftovers.EndAsync(
            scope.Id, Leftovers.RunsIn(scope.DataFolder), [spared], Grace, TimeProvider.System, CancellationToken.None);

        Assert.Equal(2, report.Ended.Count);
        Assert.All(report.Ended, process => Assert.Equal(AbandonedRun.TagOf(scope, "1.2"), process.Tag));
        Assert.Equal((RunState.Alive, RunState.Ended), (spared.Read().State, other.Read().State));
        Assert.Equal(3, scope.Tagged().Count);
        await Leftovers.EndAsync(spared, TimeProvider.System, CancellationToken.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_strays_of_one_run_are_ended_and_no_others()
    {
        await using var scope = new RunScope();
        var dead = await AbandonedRun.StartAsync(scope, "1.1", [FakeAgentProgram.Path, "spawn-grandchild"]);
        var living = await AbandonedRun.StartAsync(scope, "1.2", [FakeAgentProgram.Path, "hang"]);
        await AbandonedRun.WaitForOutputAsync(dead, "hanging", 2);
        await AbandonedRun.WaitForOutputAsync(living, "hanging", 1);
        ProcessTable.Current.Send(dead.Read().Record!.Wrapper!.Value, Signal.Kill);

        var report = await Leftovers.EndAsync(dead, TimeProvider.System, CancellationToken.None);

        Assert.Equal(2, report.Ended.Count);
        Assert.All(report.Ended, process => Assert.Equal(AbandonedRun.TagOf(scope), process.Tag));
        Assert.Equal((RunState.Vanished, RunState.Alive), (dead.Read().State, living.Read().State));
        await Leftovers.EndAsync(living, TimeProvider.System, CancellationToken.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_foreign_process_with_a_recorded_pid_but_another_start_stays_alive()
    {
        await using var scope = new RunScope();
        using var foreign = await StartForeignAsync(tag: null);
        var identity = ProcessTable.Current.Find(foreign.Id)!.Id;
        var (folder, record) = Recorded(scope, identity with { StartTime = identity.StartTime - 1 });

        var report = await Leftovers.EndAsync(scope.Id, Leftovers.RunsIn(scope.DataFolder), TimeSpan.Zero, TimeProvider.System, CancellationToken.None);

        Assert.Empty(report.Ended);
        Assert.NotNull(ProcessTable.Current.Find(foreign.Id));
        Assert.Equal(new RunStatus(RunState.Vanished, null, record), folder.Read());
        await EndForeignAsync(foreign);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public async Task Where_environments_cannot_be_read_pid_and_start_time_decide(int startedLater, int ended)
    {
        await using var scope = new RunScope();
        using var foreign = await StartForeignAsync(tag: null);
        var identity = ProcessTable.Current.Find(foreign.Id)!.Id;
        Recorded(scope, identity with { StartTime = identity.StartTime - startedLater });

        await Leftovers.EndAsync(
            new TaglessTable(ProcessTable.Current), tag => RunTag.BelongsTo(tag, scope.Id), Leftovers.RunsIn(scope.DataFolder), TimeSpan.Zero, TimeProvider.System, CancellationToken.None);

        Assert.Equal(ended == 1, ProcessTable.Current.Find(foreign.Id) is null);
        await EndForeignAsync(foreign);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_foreign_process_that_is_recorded_but_does_not_carry_the_tag_stays_alive()
    {
        await using var scope = new RunScope();
        using var foreign = await StartForeignAsync(tag: null);
        Recorded(scope, ProcessTable.Current.Find(foreign.Id)!.Id);

        var report = await Leftovers.EndAsync(scope.Id, Leftovers.RunsIn(scope.DataFolder), TimeSpan.Zero, TimeProvider.System, CancellationToken.None);

        Assert.Empty(report.Ended);
        Assert.NotNull(ProcessTable.Current.Find(foreign.Id));
        await EndForeignAsync(foreign);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_of_another_data_folder_stays_alive()
    {
        await using var scope = new RunScope();
        var other = RunTag.Create(DataFolderId.Of(scope.DataFolder + "2"), TaskId.Parse("task-1"), "1.1");
        using var foreign = await StartForeignAsync(other.Value);
        Recorded(scope, ProcessTable.Current.Find(foreign.Id)!.Id);

        var report = await Leftovers.EndAsync(scope.Id, Leftovers.RunsIn(scope.DataFolder), TimeSpan.Zero, TimeProvider.System, CancellationToken.None);

        Assert.Empty(report.Ended);
        Assert.NotNull(ProcessTable.Current.Find(foreign.Id));
        await EndForeignAsync(foreign);
    }

    [Fact(Timeout = 60_000)]
    public async Task Interrupts_reach_a_run_whose_supervisor_was_started_ignoring_them()
    {
        await using var scope = new RunScope();
        string[] inBackground = ["-c", "trap '' INT QUIT TERM; exec \"$@\"", "sh", FakeAgentProgram.Path];
        var folder = await AbandonedRun.StartAsync(scope, "1.1", ["/bin/sh", .. inBackground], ["/bin/sh", "-c", "grep SigIgn /proc/self/status"]);

        await Poll.UntilAsync(() => folder.Read().State == RunState.Ended, TimeSpan.FromMilliseconds(5), CancellationToken.None);

        // Of the signals 1 to 64 bit by bit, those that were ignored; others, as SIGHUP under nohup, are not ours to mend.
        var ignored = Convert.ToUInt64(File.ReadAllText(folder.StandardOutput)["SigIgn:".Length..].Trim(), 16);
        Assert.Equal(0UL, ignored & ((1UL << 1) | (1UL << 2) | (1UL << 14)));
        await NoneLeftAsync(scope);
    }

    private static (RunFolder Folder, RunRecord Record) Recorded(RunScope scope, ProcessIdentity wrapper)
    {
        var folder = scope.Agent().Folder;
        var record = new RunRecord
        {
            Tag = RunTag.Create(scope.Id, TaskId.Parse("task-1"), "1.1").Value,
            Command = "recorded",
            Host = Environment.MachineName,
            BootId = ProcessTable.Current.BootId,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Pid = wrapper.Pid,
            StartTime = wrapper.StartTime,
        };
        Directory.CreateDirectory(folder.Path);
        folder.Write(record);
        return (folder, record);
    }

    private static async Task<Process> StartForeignAsync(string? tag)
    {
        var start = new ProcessStartInfo(FakeAgentProgram.Path, ["hang"]) { RedirectStandardOutput = true, UseShellExecute = false };
        if (tag is not null) start.Environment[RunTag.Variable] = tag;
        var process = Process.Start(start)!;
        Assert.StartsWith("hanging", await process.StandardOutput.ReadLineAsync());
        return process;
    }

    private static async Task EndForeignAsync(Process foreign)
    {
        foreign.Kill();
        await foreign.WaitForExitAsync();
    }

    /// <summary>The wrapper ends a moment after it has written the status.</summary>
    private static async Task NoneLeftAsync(RunScope scope) =>
        await Poll.UntilAsync(() => scope.Tagged().Count == 0, TimeSpan.FromMilliseconds(5), CancellationToken.None);

    /// <summary>As macOS shows its protected programs.</summary>
    private sealed class TaglessTable(IProcessTable inner) : IProcessTable
    {
        public string BootId => inner.BootId;

        public bool SeesEveryTag => false;

        public IReadOnlyList<ProcessEntry> List(long since) => [.. inner.List(since).Select(process => process with { Tag = null })];

        public ProcessEntry? Find(int pid) => inner.Find(pid);

        public void Send(ProcessIdentity process, Signal signal) => inner.Send(process, signal);

        public void SendToGroup(ProcessIdentity leader, Signal signal) => inner.SendToGroup(leader, signal);
    }
}
