using System.Diagnostics.CodeAnalysis;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Management;

/// <summary>A task that was just created, with the URIs of the management API for it.</summary>
public sealed record StartedTaskView : TaskView
{
    private readonly ManagementUris _uris;

    [SetsRequiredMembers]
    internal StartedTaskView(TaskView task, ManagementUris uris)
        : base(task) => _uris = uris;

    public string StatusQueryGetUri => _uris.StatusQueryGetUri;

    public string SendEventPostUri => _uris.SendEventPostUri;

    public string TerminatePostUri => _uris.TerminatePostUri;

    public string PurgeHistoryDeleteUri => _uris.PurgeHistoryDeleteUri;

    public string RestartPostUri => _uris.RestartPostUri;

    public string SuspendPostUri => _uris.SuspendPostUri;

    public string ResumePostUri => _uris.ResumePostUri;
}
