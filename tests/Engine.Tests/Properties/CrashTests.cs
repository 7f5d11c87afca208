using FsCheck;
using FsCheck.Fluent;

namespace DurableAgentTasks.Engine.Tests.Properties;

public sealed class CrashTests(ITestOutputHelper output)
{
    /// <summary>Some ten workflows and three or four crashes to each: thousands of cases.</summary>
    private const int Plans = 400;

    // FsCheck's message of a failure holds the seed: put it into Config.WithReplay to run it again.
    [Fact(Timeout = 10 * EngineLives.Patience)]
    public void Random_workflows_end_alike_wherever_crashes_cut_the_journal()
    {
        var (workflows, crashes, bytes) = (0, 0, 0L);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Plans), Prop.ForAll(CrashPlan.Arbitrary, plan =>
        {
            using var run = new CrashRun(plan);

            // On the pool: what xunit gives a test to continue on is blocked here.
            Task.Run(run.RunAsync).GetAwaiter().GetResult();
            run.AssertNoneRanTwice();
            workflows += plan.Workflows.Count;
            crashes += plan.Crashes.Count;
            bytes += run.BytesCut;
        }));
        output.WriteLine($"{workflows} workflows, {crashes} crashes, {bytes} bytes cut off");
        Assert.True(bytes > Plans, "The cuts must take something.");
    }
}
