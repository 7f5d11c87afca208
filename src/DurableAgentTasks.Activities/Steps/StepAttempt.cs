using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// One attempt of a step, run to its end over as many slices as it takes. It may begin again after a crash of the host; what its
/// earlier lives did is on the disk:
/// <list type="number">
/// <item>The output of lives that are over goes to the log first, to its last byte.</item>
/// <item>A life that ended by itself is the attempt's end: it is not run again.</item>
/// <item>A stop that was asked for while nobody listened is heeded now.</item>
/// <item>A life that outlived its host is adopted: its output goes on from where the log left off.</item>
/// <item>One that went down with its host or machine has failed. Otherwise the program is started, an agent in the session it had.</item>
/// <item>While it runs, its output goes to the log, and it is watched for signs of life and for its limits.</item>
/// <item>At its end it is judged by all there is. When the host stops, the program is ended with it, and goes on in the next life.</item>
/// </list>
/// </summary>
internal sealed class StepAttempt(
    RunStep input, StepStop stop, StepFreeze freeze, StepProgram program, StepLog log, StepWatch watch, StepRuns runs, bool hostCrashed, Action resumed, Func<CancellationToken, Task> starts, TimeProvider time)
{
    private readonly StepLives _lives = new(program);

    /// <summary>What an agent reported so far.</summary>
    public AgentReport? Report() => _lives.Report;

    /// <param name="hear">Tells what was asked of the attempt before.</param>
    public async Task<StepOutcome> RunAsync(Func<CancellationToken, Task> hear)
    {
        // 1.
        var living = await ReadEarlierAsync();

        // 2.
        var own = living is null ? _lives.OwnEnd() : null;
        if (own is not null && _lives.All[^1].IsWorthAnotherLife(own)) own = null;
        if (own is { Ending: StepEnding.Succeeded }) return await KeptAsync(own);

        // 3.
        await hear(stop.Host);
        if (living is null && stop.Reason is { } reason) return _lives.With(StepOutcomes.Stopped(reason, stop.Why, exit: null));
        if (own is not null) return own;
        if (_lives.Count > 0) resumed();

        if (living is null && watch.SpentBefore(_lives) is { } spent) stop.Ask(StopReason.Budget, spent);
        if (living is null && stop.Reason is StopReason.Budget) return _lives.With(StepOutcomes.Stopped(StopReason.Budget, stop.Why, exit: null));

        // 4. and 5.
        if (living is null) return await BeginAsync();
        stop.EndsNow(living);
        if (SupervisedProcess.Adopt(living.Folder, time, stop.Please, stop.Now) is not { } adopted)
        {
            // It ended in this moment, or its host died before it knew the pid: nothing of it may run beside the next life.
            living.MarkInterrupted();
            await Leftovers.EndAsync(living.Folder, time, stop.Now);
            await log.FollowAsync(_lives.Add(living), Task.CompletedTask, seen: static () => { }, stop.Host);
            return _lives.OwnEnd() is { } end ? end : await BeginAsync();
        }

        resumed();
        stop.Program = adopted.Completion;
        if (!freeze.IsFrozen) adopted.Thaw(); // It may have been frozen by the host that died.
        await SayAsync($"Step {input.StepId} goes on: its host was started again and found it at work.");
        return await WatchAsync(adopted, living);
    }

    private async Task<StepRunFolder?> ReadEarlierAsync()
    {
        foreach (var life in runs.LivesOf(TaskId.Parse(input.TaskId), input.StepId, input.Attempt))
        {
            if (life.Folder.Read().State == RunState.Alive) return life;
            await log.FollowAsync(_lives.Add(life), Task.CompletedTask, seen: static () => { }, stop.Host);
        }

        return null;
    }

    // 5.
    private async Task<StepOutcome> BeginAsync() =>
        hostCrashed && _lives.Count > 0 ? _lives.With(StepOutcomes.Crashed(elsewhere: false)) : await StartAsync(NextLife());

    private async Task<StepOutcome> StartAsync(StepRunFolder life)
    {
        if (_lives.Count > 0) await SayAsync(program.AgainText(input.StepId, _lives.All));
        ProcessStart start;
        try
        {
            var prepared = await program.PrepareAsync(life, _lives.All, stop.Host);
            if (prepared is ProgramStart.Refused { Outcome: var outcome }) return await NotStartedAsync(outcome);
            await starts(stop.Host);
            start = await SupervisedProcess.StartAsync(((ProgramStart.Ready)prepared).Spec, time, stop.Please, stop.Now);
        }
        catch (IOException error)
        {
            // A full disk, perhaps only after the program had begun.
            await Leftovers.EndAsync(life.Folder, time, stop.Now);
            return await NotStartedAsync(StepOutcomes.NotStarted(FailureClass.Resource, error.Message));
        }

        if (start is ProcessStart.Started started) return await WatchAsync(started.Process, life);
        var refused = (ProcessStart.Refused)start;
        if (refused.Reason == StartRefusal.StopRequested) return Stopped(exit: null);
        var kind = refused.Reason == StartRefusal.SystemRefused ? FailureClass.Resource : FailureClass.Rejected;
        return await NotStartedAsync(StepOutcomes.NotStarted(kind, refused.Message));
    }

    private async Task<StepOutcome> NotStartedAsync(StepOutcome outcome)
    {
        await SayAsync($"Step {input.StepId} was not started: {outcome.Message}");
        return _lives.With(outcome);
    }

    // 6.
    private async Task<StepOutcome> WatchAsync(SupervisedProcess process, StepRunFolder life)
    {
        stop.Program = process.Completion;
        var reading = _lives.Add(life);
        ProcessExit exit;
        try
        {
            reading.CatchUp();
            await using (watch.Begin(process, _lives, log, stop, freeze))
            {
                // The log is followed to its end also while the host stops: the program is being ended, so the end is near.
                await log.FollowAsync(reading, process.Completion, watch.Seen, stop.Lost);
                exit = await process.Completion;
            }
        }
        catch
        {
            // Nobody would know of the program any more.
            stop.HostStops();
            await process.Completion;
            throw;
        }

        // 7.
        if (exit.StoppedBy is not null) return Stopped(exit);
        var outcome = _lives.With(StepOutcomes.WithLeftovers(reading.Ended(exit.ExitCode), exit));
        if (outcome.Ending == StepEnding.Succeeded) return await KeptAsync(outcome);
        return reading.IsWorthAnotherLife(outcome) ? await StartAsync(NextLife()) : outcome;
    }

    private StepRunFolder NextLife()
    {
        var life = runs.Open(TaskId.Parse(input.TaskId), input.StepId, input.Attempt, _lives.Count + 1);
        stop.EndsNow(life);
        return life;
    }

    private async Task<StepOutcome> KeptAsync(StepOutcome success)
    {
        await program.KeepAsync(_lives.All[^1], stop.Host);
        return success;
    }

    private StepOutcome Stopped(ProcessExit? exit)
    {
        if (stop.Reason is { } reason) return _lives.With(StepOutcomes.Stopped(reason, stop.Why, exit));
        if (stop.Failure is { } failure) return _lives.With(StepOutcomes.GivenUp(failure, exit));
        stop.Host.ThrowIfCancellationRequested();
        throw new InvalidOperationException("A step was stopped and nobody asked for it.");
    }

    private Task SayAsync(string text) => log.SystemLineAsync(text, stop.Host);
}
