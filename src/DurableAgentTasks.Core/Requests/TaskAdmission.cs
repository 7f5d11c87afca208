using System.Text.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Requests;

/// <summary>What a host takes: the rules of every request, then what only the host can tell, such as whether the workspace is there.</summary>
/// <param name="rules">What is allowed in a request.</param>
/// <param name="checks">Asked in order about a request that is otherwise valid; each gives what is wrong with it.</param>
public sealed class TaskAdmission(TaskRequestRules rules, params IReadOnlyList<Func<TaskRequest, IEnumerable<RequestError>>> checks)
{
    public TaskRequestRules Rules { get; } = rules;

    public TaskRequestReading Read(JsonElement body)
    {
        var reading = TaskRequestReader.Read(body, Rules);
        if (!reading.IsValid) return reading;
        var errors = checks.SelectMany(check => check(reading.Request)).ToList();
        return errors.Count == 0 ? reading : new TaskRequestReading(null, errors);
    }
}
