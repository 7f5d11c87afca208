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
}

internal sealed class StreamingOptionsValidation : IValidateOptions<StreamingOptions>
{
    public ValidateOptionsResult Validate(string? name, StreamingOptions options) =>
        options.MaxDuration is { } max && (max <= TimeSpan.Zero || max > TimeSpan.FromDays(1))
            ? ValidateOptionsResult.Fail("Streaming:MaxDuration must be above zero and at most a day, such as 00:03:20; leave it out for no maximum.")
            : ValidateOptionsResult.Success;
}
