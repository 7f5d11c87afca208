using DurableAgentTasks.Agents.Discovery;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps.Agents;

/// <summary>
/// An agent at work on a prompt. An attempt that was broken off goes on in the session it had:
/// <list type="number">
/// <item>The session of the last life that got to work in one,</item>
/// <item>else the one that was handed over, by an earlier attempt or the request,</item>
/// <item>else a new one; where the agent lets us, its id is chosen and written down before the agent starts.</item>
/// </list>
/// </summary>
internal sealed class AgentProgram(AgentWork work, AgentDiscovery discovery, TimeProvider time) : StepProgram
{
    public override bool AwaitsFirstEvent => work.Agent.Profile.Events.Count > 0;

    public override StepReading Read(StepRunFolder life) => new AgentReading(life, work.Agent.Profile, time, work.Masked);

    public override async Task<ProgramStart> PrepareAsync(
        StepRunFolder life, IReadOnlyList<StepReading> earlier, CancellationToken cancellationToken)
    {
        var binary = await discovery.FindAsync(work.Agent, cancellationToken);
        if (binary is AgentBinary.Missing missing) return Refused($"Agent '{work.Agent.Name}' was not found. {missing.HowToInstall}");
        var found = (AgentBinary.Found)binary;

        var reached = SessionOf(earlier);
        var session = NeverCameToBe(earlier) ? null : reached ?? work.Session;
        if (session is not null && work.Agent.Profile.ResumeArguments is null)
            return Refused($"Agent '{work.Agent.Name}' cannot continue a session: its profile has no arguments for it.");
        var asked = new AgentLife
        {
            SessionId = session?.Id ?? (work.Agent.Profile.PresetsSession ? Guid.NewGuid().ToString() : null),
            Resume = session is not null,
            SessionHasWorked = session?.HasWorked ?? false,
            SessionUsage = session?.Reported is { } reported ? AgentUsage.From(reported) : AgentUsage.None,
            Version = found.Version,
        };
        var isNew = session is null || (reached is null && work.PromptIsNew);
        var request = asked.ToRequest(isNew ? work.Prompt : work.ContinuePrompt);
        if (AgentLaunch.Refuse(work.Agent, request) is { } refused) return Refused(refused.Message);
        var launch = AgentLaunch.ToSpec(work.Agent, found.Path, request, work.WorkingDirectory, life.Folder, work.TagOf(life));

        // What the operator says of the agent stands above what a request says.
        var environment = new Dictionary<string, string?>(work.Environment);
        foreach (var (name, value) in launch.Environment) environment[name] = value;
        asked.Write(life);
        return new ProgramStart.Ready(launch with { Environment = environment });
    }

    public override string AgainText(string stepId, IReadOnlyList<StepReading> earlier) =>
        NeverCameToBe(earlier) ? $"Step {stepId}: the session that was interrupted had not been stored by the agent yet; a new one begins."
        : (SessionOf(earlier) ?? work.Session) is { Id: var session } ? $"Step {stepId} was interrupted with its host and goes on in session {session}."
        : base.AgainText(stepId, earlier);

    public override AgentReport? Report(IReadOnlyList<StepReading> lives)
    {
        var agents = lives.Cast<AgentReading>().ToList();
        var usage = agents.Select(life => life.Run.Usage).OfType<AgentUsage>().ToList();
        return new AgentReport(
            SessionOf(lives) ?? work.Session,
            usage.Count == 0 ? null : usage.Aggregate((sum, next) => sum.Plus(next)).ToTokenUsage(),
            agents.LastOrDefault()?.Asked.Version);
    }

    public override Task KeepAsync(StepReading life, CancellationToken cancellationToken) =>
        work.Keep?.Invoke(((AgentReading)life).FinalText ?? "", cancellationToken) ?? Task.CompletedTask;

    private static AgentSession? SessionOf(IReadOnlyList<StepReading> lives) =>
        lives.Cast<AgentReading>().Select(life => life.Session).LastOrDefault(session => session is not null);

    /// <summary>The last life was to continue a session that does not exist.</summary>
    private static bool NeverCameToBe(IReadOnlyList<StepReading> lives) =>
        lives is [.., AgentReading last] && last.Life.OwnExitCode() is { } code && last.IsWorthAnotherLife(last.Ended(code));

    private static ProgramStart.Refused Refused(string message) => new(StepOutcomes.NotStarted(FailureClass.StartUp, message));
}
