using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Functions.Hosting;

/// <summary>
/// Ends this worker when its Functions host is gone. A worker whose host was killed lives on otherwise, and its steps with it, while
/// another one is given the same steps.
/// </summary>
internal sealed partial class HostWatch(IConfiguration configuration, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HostWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!Uri.TryCreate(configuration["Functions:Worker:HostEndpoint"], UriKind.Absolute, out var host)) return;
        using var tick = new PeriodicTimer(LookEvery, time);
        for (var refused = 0; refused < 2;)
        {
            await tick.WaitForNextTickAsync(stoppingToken);
            refused = await ListensAsync(host, stoppingToken) ? 0 : refused + 1;
        }

        LogHostGone(logger, host);
        lifetime.StopApplication();
    }

    private static async Task<bool> ListensAsync(Uri host, CancellationToken cancellationToken)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(host.Host, host.Port, cancellationToken);
            return true;
        }
        catch (SocketException error)
        {
            // Only a refusal says that nobody is there.
            return error.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Functions host at {Host} is gone; this worker ends.")]
    private static partial void LogHostGone(ILogger logger, Uri host);
}
