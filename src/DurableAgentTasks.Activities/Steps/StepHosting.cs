namespace DurableAgentTasks.Activities.Steps;

/// <summary>Where steps run.</summary>
/// <param name="AmongOthers">
/// This host is one of several: a step that ends with it is handed to another by the activity's answer, and a stop may have been asked for
/// on another. A host alone on its data goes on with its steps in its next life.
/// </param>
public sealed record StepHosting(bool AmongOthers);
