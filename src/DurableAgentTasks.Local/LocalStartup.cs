using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Engine;
using DurableAgentTasks.Hosting;
using DurableAgentTasks.Http;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Housekeeping;
using DurableAgentTasks.Storage.Blobs;
using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Local;

/// <summary>
/// What happens before the first request is taken.
/// <list type="number">
/// <item>The address is checked: without keys only this machine may reach the host.</item>
/// <item>The data folder is locked by opening the engine; a second process gives up here. The storage is opened before a task needs it.</item>
/// <item>Of what an earlier life left running, the steps that go on are left to be adopted and all else is ended.</item>
/// <item>Unfinished tasks continue.</item>
/// <item>Starts and deletes that a crash interrupted are finished.</item>
/// </list>
/// </summary>
internal sealed partial class LocalStartup(
    IServiceProvider services, IConfiguration configuration, IOptions<AuthOptions> auth, IOptions<LocalOptions> local, TimeProvider time, ILogger<LocalStartup> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // 1.
        if (BindingCheck.ErrorFor(auth.Value, Addresses()) is { } error) throw new StartRefusedException(error);

        // 2.
        var folder = Path.GetFullPath(local.Value.Data);
        LogData(logger, folder);
        var engine = services.GetRequiredService<DurableEngine>();
        services.GetRequiredService<IBlobStore>();

        // 3.
        var leftovers = await services.GetRequiredService<StepTakeover>().RunAsync(cancellationToken);
        if (leftovers.Ended.Count > 0) LogLeftovers(logger, leftovers.Ended.Count, leftovers.Took.TotalSeconds);

        // 4.
        await engine.ContinueAsync(cancellationToken);

        // 5.
        try
        {
            await services.GetRequiredService<TaskReconciliation>().RunAsync(time.GetUtcNow(), cancellationToken);
        }
        catch (HousekeepingFailedException untidy)
        {
            // One task that cannot be read, or a full disk, keeps no other one from being served.
            LogUntidy(logger, untidy.InnerExceptions.Count);
        }
    }

    private IEnumerable<string> Addresses() =>
        (configuration["Urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>());

    [LoggerMessage(Level = LogLevel.Warning, Message = "The host serves although {Count} of the things an earlier life left undone could not be done, for the reasons above.")]
    private static partial void LogUntidy(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "The data folder is {Folder}.")]
    private static partial void LogData(ILogger logger, string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ended {Count} processes that an earlier life of this host left running, in {Seconds:F1} s.")]
    private static partial void LogLeftovers(ILogger logger, int count, double seconds);
}
