using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>A command of the system's shell. Its exit code tells all.</summary>
internal sealed class ShellProgram(string command, string workingDirectory, Func<StepRunFolder, RunTag> tagOf, IReadOnlyDictionary<string, string?> environment)
    : StepProgram
{
    public override StepReading Read(StepRunFolder life) => new Reading(life);

    public override Task<ProgramStart> PrepareAsync(StepRunFolder life, IReadOnlyList<StepReading> earlier, CancellationToken cancellationToken) =>
        Task.FromResult<ProgramStart>(new ProgramStart.Ready(
            ShellCommand.ToSpec(command, workingDirectory, life.Folder, tagOf(life)) with { Environment = environment }));

    private sealed class Reading(StepRunFolder life) : StepReading(life)
    {
        public override StepOutcome Ended(int? exitCode) => StepOutcomes.OfCommand(exitCode);
    }
}
