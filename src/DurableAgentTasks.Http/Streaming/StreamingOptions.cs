using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Http.Streaming;

/// <summary>The event streams (configuration <c>Streaming</c>).</summary>
public sealed class StreamingOptions
{
    public const string Section = "Streaming";

    /// <summary>
    /// After which a stream ends itself, above zero; the client comes again and goes on where it was. <see langword="null"/>: it does
    /// not. Where answers are cut off (Azure: 230 s) it must be less than that.
    /// </summary>
    public TimeSpan? MaxDuration { get; set; }

    /// <summary>
    /// How often the engine is asked which tasks changed in other processes while somebody follows all tasks, above zero;
    /// <see langword="null"/>: every second.
    /// </summary>
    public TimeSpan? LookEvery { get; set; }
}

internal sealed class StreamingOptionsValidation : IValidateOptions<StreamingOptions>
{
    public ValidateOptionsResult Validate(string? name, StreamingOptions options)
    {
        var errors = new List<string>();
        if (!IsUpToADay(options.MaxDuration)) errors.Add("Streaming:MaxDuration must be above zero and at most a day, such as 00:03:20; leave it out for no maximum.");
        if (!IsUpToADay(options.LookEvery)) errors.Add("Streaming:LookEvery must be above zero and at most a day, such as 00:00:05; leave it out for the host's own.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsUpToADay(TimeSpan? time) => time is null || (time > TimeSpan.Zero && time <= TimeSpan.FromDays(1));
}
