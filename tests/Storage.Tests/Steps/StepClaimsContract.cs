using System.Text.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Steps;

namespace DurableAgentTasks.Storage.Tests.Steps;

/// <summary>What holds of the claims of steps on any store.</summary>
public abstract class StepClaimsContract
{
    private static readonly TaskId Task1 = TaskId.Parse("t");
    private static readonly JsonElement Call = JsonSerializer.SerializeToElement("call");
    private static readonly JsonElement Done = JsonSerializer.SerializeToElement("done");

    protected abstract IBlobStore Store { get; }

    private StepClaims Claims => new(Store);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_call_of_the_highest_fence_has_the_claim()
    {
        Assert.Equal(new StepClaim(), await Claims.ReadAsync(Task1, Cancellation));
        Assert.True((await ClaimAsync(3, "1.1", 1)).IsOf("1.1", 1));
        Assert.Equal((3, "1.1", 1), Of(await ClaimAsync(2, "1.2", 1)));
        Assert.Equal((3, "1.1", 1), Of(await ClaimAsync(3, "1.1", 1)));
        Assert.Equal((4, "1.2", 1), Of(await ClaimAsync(4, "1.2", 1)));
        Assert.Equal((4, "1.2", 1), Of(await Claims.ReadAsync(Task1, Cancellation)));
        Assert.Equal("call", (await Claims.ReadAsync(Task1, Cancellation)).Call!.Value.GetString());
    }

    [Fact]
    public async Task How_an_attempt_ended_is_told_to_later_calls_for_it_alone()
    {
        await ClaimAsync(1, "1.1", 1);
        await Claims.EndAsync(Task1, "1.1", 1, Done, Cancellation);
        var again = await ClaimAsync(2, "1.1", 1);
        Assert.Equal((2, "done"), (again.Fence, again.Outcome!.Value.GetString()));
        Assert.Null((await ClaimAsync(3, "1.1", 2)).Outcome);
        await Claims.EndAsync(Task1, "1.1", 1, Done, Cancellation);
        Assert.Null((await Claims.ReadAsync(Task1, Cancellation)).Outcome);
    }

    [Fact]
    public async Task Who_takes_over_leaves_it_to_nobody()
    {
        await ClaimAsync(1, "1.1", 1);
        Assert.Equal(2, await Claims.TakeOverAsync(Task1, Cancellation));
        Assert.False((await ClaimAsync(2, "1.1", 1)).IsOf("1.1", 1));
        Assert.True((await ClaimAsync(3, "1.1", 1)).IsOf("1.1", 1));
    }

    [Fact]
    public async Task Of_many_that_claim_at_once_the_highest_wins_and_all_others_know_it()
    {
        var claims = await Task.WhenAll(Enumerable.Range(1, 8).Select(fence => Task.Run(() => ClaimAsync(fence, $"1.{fence}", 1), Cancellation)));
        Assert.All(claims.Index(), claim => Assert.True(claim.Item.Fence > claim.Index));
        Assert.True((await Claims.ReadAsync(Task1, Cancellation)).IsOf("1.8", 1));
    }

    [Fact]
    public async Task One_host_has_the_lease_and_has_it_again_when_it_asks_again()
    {
        var (mine, other) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.NotNull(await Claims.TryLeaseAsync(Task1, mine, Cancellation));
        Assert.Null(await Claims.TryLeaseAsync(Task1, other, Cancellation));
        await using (var again = await Claims.TryLeaseAsync(Task1, mine, Cancellation)) Assert.True(await again!.RenewAsync(Cancellation));
        await using var free = await Claims.TryLeaseAsync(Task1, other, Cancellation);
        Assert.NotNull(free);
    }

    private static (long Fence, string? StepId, int Attempt) Of(StepClaim claim) => (claim.Fence, claim.StepId, claim.Attempt);

    private Task<StepClaim> ClaimAsync(long fence, string stepId, int attempt) => Claims.ClaimAsync(Task1, fence, stepId, attempt, Call, Cancellation);
}
