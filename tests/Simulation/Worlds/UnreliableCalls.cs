using DurableAgentTasks.Simulation.Scheduling;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>
/// Activities as they go where machines die and messages are delivered at least once: slow, twice at once, again after their result was
/// lost, once more when all have forgotten them, with results that come late. Some fail, as broken infrastructure does.
/// </summary>
internal sealed class UnreliableCalls(World world, HostLife life)
{
    public static readonly TimeSpan Redelivery = TimeSpan.FromMinutes(5);
    private readonly Dice _dice = world.Dice.Fork();

    public Func<TInput, CancellationToken, Task<TOutput>> Of<TInput, TOutput>(
        string name, Func<TInput, CancellationToken, Task<TOutput>> body, bool mayComeLate) => async (input, cancellationToken) =>
    {
        world.Coverage.Count($"activity: {name}");
        world.Trace?.Add($". {name}{(input is Workflow.Activities.RunStep run ? $" {run.StepId}#{run.Attempt} fence {run.Fence}" : "")}");
        if (world.MayGoWrong(0.04)) world.Operators.Press();
        await LingerAsync("slow", cancellationToken);
        if (mayComeLate && world.MayGoWrong(0.03)) ComesLate(name, input, body);
        if (world.MayGoWrong(world.Task.FailureRate)) throw Broken(name);
        if (world.MayGoWrong(0.03)) _ = AgainAsync(name, "doubled", input, body, cancellationToken);
        var output = await body(input, cancellationToken);
        if (world.MayGoWrong(0.02))
        {
            world.Coverage.Count("activity result: lost, and run again");
            world.Disturbances.Add(Redelivery);
            await life.DelayAsync(Redelivery, cancellationToken);
            output = await body(input, cancellationToken);
        }

        await LingerAsync("late", cancellationToken);
        if (world.MayGoWrong(world.Task.FailureRate)) throw Broken(name);
        return output;
    };

    private async Task LingerAsync(string how, CancellationToken cancellationToken)
    {
        if (_dice.Chance(0.7)) return;
        var time = _dice.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        if (world.MayGoWrong(0.1))
        {
            time = _dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
            world.Disturbances.Add(time);
            world.Coverage.Count($"activity result: {how}");
        }

        await life.DelayAsync(time, cancellationToken);
    }

    private void ComesLate<TInput, TOutput>(string name, TInput input, Func<TInput, CancellationToken, Task<TOutput>> body) =>
        world.Time.After(_dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(2)), () =>
        {
            if (!life.IsDead) life.Threads.Run(() => _ = AgainAsync(name, "came late", input, body, CancellationToken.None));
        });

    /// <summary>Nobody waits for what it comes to.</summary>
    private async Task AgainAsync<TInput, TOutput>(
        string name, string how, TInput input, Func<TInput, CancellationToken, Task<TOutput>> body, CancellationToken cancellationToken)
    {
        world.Coverage.Count($"activity result: {how}");
        world.Trace?.Add($". {name} {how}");
        try
        {
            await body(input, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It ends with its host.
        }
    }

    private BrokenInfrastructureException Broken(string name)
    {
        world.HasBroken = true;
        world.Coverage.Count("activity result: failed");
        world.Trace?.Add($". {name} fails");
        return new BrokenInfrastructureException();
    }
}

internal sealed class BrokenInfrastructureException() : Exception("The storage is gone.");
