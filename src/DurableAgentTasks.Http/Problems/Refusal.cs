using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Problems;

/// <summary>Every problem the API answers with: its status, its code, and what to do about it.</summary>
internal static class Refusal
{
    public static ProblemResult InvalidBody(IReadOnlyList<RequestError> errors) =>
        Of(StatusCodes.Status400BadRequest, "invalid_request", "Mend the fields listed in \"errors\" and send the request again.", errors: errors);

    public static ProblemResult InvalidParameters(IReadOnlyList<RequestError> errors) =>
        Of(StatusCodes.Status400BadRequest, "invalid_parameters", "Mend the parameters listed in \"errors\" and send the request again.", errors: errors);

    public static ProblemResult MalformedJson(string detail) =>
        Of(StatusCodes.Status400BadRequest, "malformed_json", "Send well-formed JSON in UTF-8.", detail, errors: [new("$", detail)]);

    public static ProblemResult BadRequest() =>
        Of(StatusCodes.Status400BadRequest, "bad_request", "Send a well-formed HTTP request.");

    public static ProblemResult Unauthorized(bool wrongKey) => new(new()
    {
        Status = StatusCodes.Status401Unauthorized,
        Code = wrongKey ? "unknown_key" : "key_missing",
        Title = wrongKey
            ? "This API key is not one of this host's: check it, or ask the operator for one."
            : "Send an API key as \"Authorization: Bearer KEY\" or \"x-functions-key: KEY\".",
    })
    {
        Challenge = wrongKey ? "Bearer realm=\"DurableAgentTasks\", error=\"invalid_token\"" : "Bearer realm=\"DurableAgentTasks\"",
    };

    public static ProblemResult LinkInvalid() => new(new()
    {
        Status = StatusCodes.Status401Unauthorized,
        Code = "link_invalid",
        Title = "This link is no longer good, or is for another task or request: use the one made for it, or an API key.",
    })
    {
        Challenge = "Bearer realm=\"DurableAgentTasks\", error=\"invalid_token\"",
    };

    public static ProblemResult Forbidden(string needed, string has) =>
        Of(StatusCodes.Status403Forbidden, "role_missing", $"Use an API key with the role \"{needed}\" or above; this one has \"{has}\".");

    public static ProblemResult ForeignOrigin() => Of(
        StatusCodes.Status403Forbidden,
        "foreign_origin",
        "Without API keys no other web page may use this host: call it without an Origin header, or set a key (Auth:Keys).");

    public static ProblemResult ForeignHost() => Of(
        StatusCodes.Status421MisdirectedRequest,
        "foreign_host",
        "Without API keys this host answers only to loopback names: use http://127.0.0.1, http://[::1] or http://localhost, or set a key (Auth:Keys).");

    public static ProblemResult RouteNotFound() =>
        Of(StatusCodes.Status404NotFound, "route_not_found", "There is nothing at this address: see /openapi.json for what there is.");

    public static ProblemResult NoTaskId() => Of(
        StatusCodes.Status404NotFound,
        "task_not_found",
        "Use the id of a task: 1 to 63 characters of a-z, 0-9 and '-', not beginning with '-'. No other id can exist.");

    public static ProblemResult TaskNotFound(TaskId id) =>
        Of(StatusCodes.Status404NotFound, "task_not_found", "There is no such task: GET /api/tasks lists those there are.", id: id);

    public static ProblemResult InstanceNotFound() =>
        Of(StatusCodes.Status404NotFound, "instance_not_found", "There is no such instance: GET /api/durable/instances lists those there are.");

    public static ProblemResult NoInstanceMatches() =>
        Of(StatusCodes.Status404NotFound, "no_instance_matches", "Nothing was purged: no instance that has ended matches.");

    public static ProblemResult CheckpointNotFound(TaskId id, string? detail = null) => Of(
        StatusCodes.Status404NotFound,
        "checkpoint_not_found",
        $"There is no such checkpoint of this task, or not any more: GET /api/tasks/{id}/checkpoints lists those there are.",
        detail,
        id: id);

    public static ProblemResult PatchNotFound(TaskId id, TaskState state) => Of(
        StatusCodes.Status404NotFound,
        "patch_not_found",
        "This task has no patch: it is made when a task completes. See the diffs of its checkpoints instead.",
        id: id,
        state: state);

    public static ProblemResult FilesUnavailable(TaskId id, string detail) => Of(
        StatusCodes.Status409Conflict, "files_unavailable", "What is asked for cannot be read: see the detail, and choose another checkpoint.", detail, id: id);

    public static ProblemResult MethodNotAllowed(string allowed) =>
        Of(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", $"Use one of the methods this address takes: {allowed}.");

    public static ProblemResult IdTaken(TaskId id) => Of(
        StatusCodes.Status409Conflict,
        "id_taken",
        "Choose another id, or leave it out to have one made up: a task of this id exists. An id is free again once its task is deleted.",
        id: id);

    public static ProblemResult WrongState(TaskId id, TaskState state, string action) => Of(
        StatusCodes.Status409Conflict,
        "wrong_state",
        $"A task that is {WireName.Of(state)} cannot be {action}; look at its state again and decide anew.",
        id: id,
        state: state);

    public static ProblemResult ApprovalNeeded(TaskId id, TaskState state, string step) => Of(
        StatusCodes.Status409Conflict,
        "approval_needed",
        $"Approve or reject step {step}, which the task waits for: POST /api/tasks/{id}/approve or /reject.",
        id: id,
        state: state);

    public static ProblemResult OtherStepWaits(TaskId id, TaskState state, string step) => Of(
        StatusCodes.Status409Conflict, "other_step_waits", $"It is step {step} that waits for approval: name that one, or leave \"stepId\" out.", id: id, state: state);

    public static ProblemResult NeverBegan(TaskId id, TaskState state) => Of(
        StatusCodes.Status409Conflict,
        "never_began",
        "Start another task, with what the error of this one says put right: it failed before it began, so there is nothing to go on from.",
        id: id,
        state: state);

    public static ProblemResult Over(TaskId id, TaskState state) => Of(
        StatusCodes.Status410Gone, "task_over", $"Nothing can be done with this task any more: it is {WireName.Of(state)}.", id: id, state: state);

    public static ProblemResult InstanceOver() => Of(
        StatusCodes.Status410Gone, "instance_over", "Nothing can be sent to this instance any more: it has ended. A failed task is resumed by POST /api/tasks/{id}/resume.");

    public static ProblemResult InstanceRuns() => Of(
        StatusCodes.Status412PreconditionFailed, "instance_runs", "Only an instance that has ended can be purged: terminate it first, or DELETE /api/tasks/{id}, which does both.");

    public static ProblemResult CannotBeginAgain(TaskId? id, string status) => Of(
        StatusCodes.Status409Conflict,
        "cannot_begin_again",
        $"An instance that is {status} does not begin again under its id; leave restartWithNewInstanceId out to begin a new task of the same request.",
        id: id);

    public static ProblemResult NoRewind() =>
        Of(StatusCodes.Status501NotImplemented, "rewind_not_offered", "Resume a failed task instead, with POST /api/tasks/{id}/resume: it goes on where it failed.");

    public static ProblemResult EventNotJson() =>
        Of(StatusCodes.Status400BadRequest, "event_not_json", "Send the event's payload as JSON in UTF-8 with the header \"Content-Type: application/json\", or no body.");

    public static ProblemResult BodyTooLarge(int limit) => Of(
        StatusCodes.Status413PayloadTooLarge, "body_too_large", $"Send at most {limit:N0} bytes; put what is larger into files of the workspace.");

    public static ProblemResult NotJson() => Of(
        StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send JSON in UTF-8 with the header \"Content-Type: application/json\".");

    public static ProblemResult KeyReused(TaskId id) => Of(
        StatusCodes.Status422UnprocessableEntity,
        "idempotency_key_reused",
        "Use a new Idempotency-Key for a new body: this one began another task.",
        id: id);

    public static ProblemResult QueueFull(int waiting) => new(new()
    {
        Status = StatusCodes.Status429TooManyRequests,
        Code = "queue_full",
        Title = $"{waiting:N0} tasks wait for their turn, as many as may: try again once some have run, or ask the operator to raise \"Agents:MaxQueuedTasks\".",
    })
    {
        RetryAfter = TimeSpan.FromSeconds(30),
    };

    public static ProblemResult Internal() =>
        Of(StatusCodes.Status500InternalServerError, "internal_error", "This is a fault of the service: report it with the traceId, which its log has too.");

    public static ProblemResult EngineUnavailable() => Unavailable(
        "engine_unavailable",
        "The engine takes no new work now, most likely because its disk is full: free some space, then try again. What is stored is safe, and nothing of this request was kept.");

    public static ProblemResult StorageUnavailable() => Unavailable(
        "storage_unavailable",
        "The storage cannot be read or written now: see that its disk has room and is writable, or that Azure Storage is reachable, then try again.");

    public static ProblemResult Stopping() => Unavailable("stopping", "The service is stopping: try again in a moment.");

    /// <summary>For an answer the framework made without a body.</summary>
    public static ProblemResult? OfStatus(int status, string allowed, int bodyLimit) => status switch
    {
        StatusCodes.Status400BadRequest => BadRequest(),
        StatusCodes.Status404NotFound => RouteNotFound(),
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed(allowed),
        StatusCodes.Status408RequestTimeout => Of(status, "request_timeout", "Send the request faster: its body did not arrive in time."),
        StatusCodes.Status413PayloadTooLarge => BodyTooLarge(bodyLimit),
        StatusCodes.Status415UnsupportedMediaType => NotJson(),
        StatusCodes.Status500InternalServerError => Internal(),
        >= 400 => Of(status, "request_refused", "Send the request in another way; see /openapi.json for what there is."),
        _ => null,
    };

    private static ProblemResult Unavailable(string code, string title) =>
        new(new() { Status = StatusCodes.Status503ServiceUnavailable, Code = code, Title = title }) { RetryAfter = TimeSpan.FromSeconds(30) };

    private static ProblemResult Of(
        int status, string code, string title, string? detail = null, TaskId? id = null, TaskState? state = null, IReadOnlyList<RequestError>? errors = null) =>
        new(new() { Status = status, Code = code, Title = title, Detail = detail, TaskId = id, State = state, Errors = errors });
}
