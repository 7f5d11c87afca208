using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Http.Retention;

/// <summary>For how long tasks are kept after their end (configuration <c>Retention</c>). Then they are deleted with all that is kept of them.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>Those that are completed or cancelled, above zero; <see langword="null"/>: for ever.</summary>
    public TimeSpan? EndedTasks { get; set; }

    /// <summary>Those that failed and that nobody has resumed, above zero; <see langword="null"/>: for ever.</summary>
    public TimeSpan? FailedTasks { get; set; }
}

internal sealed class RetentionOptionsValidation : IValidateOptions<RetentionOptions>
{
    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        var errors = new[] { (nameof(options.EndedTasks), options.EndedTasks), (nameof(options.FailedTasks), options.FailedTasks) }
            .Where(setting => setting.Item2 <= TimeSpan.Zero)
            .Select(setting => $"Retention:{setting.Item1} must be above zero, such as 30.00:00:00 for 30 days; leave it out to keep them for ever.")
            .ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
