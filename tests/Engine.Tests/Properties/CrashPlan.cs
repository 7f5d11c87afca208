using FsCheck;
using FsCheck.Fluent;

namespace DurableAgentTasks.Engine.Tests.Properties;

/// <summary>Workflows that run side by side, and when the engine crashes meanwhile.</summary>
/// <param name="Workflows">Run at once, in one engine.</param>
/// <param name="Crashes">After how many raised events each crash comes, and which part of what was not acknowledged it cuts off, 0 to 999 of 1,000.</param>
/// <param name="Order">Decides in which order the events are raised.</param>
internal sealed record CrashPlan(IReadOnlyList<RandomWorkflow> Workflows, IReadOnlyList<(int After, int Cut)> Crashes, int Order)
{
    public static Arbitrary<CrashPlan> Arbitrary { get; } = Plans().ToArbitrary();

    public override string ToString() => $"workflows {string.Join(' ', Workflows)}, crashes {string.Join(' ', Crashes)}, order {Order}";

    private static Gen<CrashPlan> Plans()
    {
        var kinds = Gen.Frequency(
            (5, Gen.Constant(StepKind.Call)), (2, Gen.Constant(StepKind.FanOut)), (2, Gen.Constant(StepKind.Fail)),
            (2, Gen.Constant(StepKind.Timer)), (2, Gen.Constant(StepKind.CancelledTimer)), (4, Gen.Constant(StepKind.Wait)),
            (2, Gen.Constant(StepKind.WaitForAll)), (2, Gen.Constant(StepKind.Remember)), (1, Gen.Constant(StepKind.Status)),
            (2, Gen.Constant(StepKind.ContinueAsNew)));
        var steps = from kind in kinds
                    from size in Gen.Choose(1, 4)
                    from name in Gen.Choose(0, RandomWorkflow.EventNames.Length - 1)
                    select new WorkflowStep(kind, size, name);
        var workflows = from length in Gen.Choose(0, 12)
                        from program in steps.ListOf(length)
                        select new RandomWorkflow([.. program]);
        var crashes = from after in Gen.Choose(0, 30)
                      from cut in Gen.Choose(0, 999)
                      select (after, cut);
        return from count in Gen.Choose(1, 20)
               from programs in workflows.ListOf(count)
               from crashCount in Gen.Choose(1, 6)
               from crashList in crashes.ListOf(crashCount)
               from order in Gen.Choose(0, int.MaxValue - 1)
               select new CrashPlan([.. programs], [.. crashList.OrderBy(crash => crash.after)], order);
    }
}
