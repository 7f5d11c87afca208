using System.Reflection;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Hosting;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Functions.Hosting;

/// <summary>
/// What happens before the first function runs.
/// <list type="number">
/// <item>Without keys only a developer's machine may serve the API.</item>
/// <item>Every activity has a function: without one its tasks would hang.</item>
/// <item>The storage is opened before a task needs it.</item>
/// <item>Of what an earlier life left running, the steps that go on are left to be adopted and all else is ended.</item>
/// </list>
/// </summary>
internal sealed partial class FunctionsStartup(
    IServiceProvider services, IHostEnvironment environment, IOptions<AuthOptions> auth, ActivityBodies activities, ILogger<FunctionsStartup> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // 1.
        if (auth.Value.Keys.Count == 0 && !environment.IsDevelopment())
        {
            throw new StartRefusedException(
                "No API key is set, and anybody who reaches this app could run commands here. Add the settings Auth__Keys__me__Key " +
                "(such as \"openssl rand -hex 32\" makes them, or a Key Vault reference) and Auth__Keys__me__Role=admin.");
        }

        // 2.
        var functions = typeof(ActivityFunctions).GetMethods().Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name).ToHashSet();
        if (activities.Names.Except(functions).ToList() is { Count: > 0 } missing)
            throw new InvalidOperationException($"{nameof(ActivityFunctions)} has no function for {string.Join(", ", missing)}.");

        // 3.
        services.GetRequiredService<IBlobStore>();

        // 4.
        var leftovers = await services.GetRequiredService<StepTakeover>().RunAsync(cancellationToken);
        if (leftovers.Ended.Count > 0) LogLeftovers(logger, leftovers.Ended.Count, leftovers.Took.TotalSeconds);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ended {Count} processes that an earlier life of this worker left running, in {Seconds:F1} s.")]
    private static partial void LogLeftovers(ILogger logger, int count, double seconds);
}
