using System.Globalization;
using System.Text.Json;

namespace DurableAgentTasks.Cli.Api;

/// <summary>
/// Follows a task to its end, whatever happens to the connection or to the host.
/// <list type="number">
/// <item>Each connection goes on after the last line that was seen: every line comes once, and in order.</item>
/// <item>The first connection must succeed. One that is lost later is tried again for as long as the user likes.</item>
/// <item>It is over when the host says so, by an event, or by having nothing more to send.</item>
/// </list>
/// </summary>
internal sealed class TaskFollower(Session session, TimeProvider time)
{
    private TimeSpan _wait = TimeSpan.FromSeconds(3);
    private bool _connected;

    /// <param name="id">Which task.</param>
    /// <param name="after">The last line that is not wanted.</param>
    /// <param name="see">Gets every event that is for the user.</param>
    /// <param name="cancellationToken">Ends it before.</param>
    public async Task FollowAsync(string id, long after, Action<ServerEvent> see, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // 1. and 3.
                await using var content = await session.Api.OpenEventsAsync($"{TaskApiClient.PathOf(id)}/events", after, cancellationToken);
                if (content is null) return;
                _connected = true;
                await foreach (var next in ServerEvents.ReadAsync(content, cancellationToken))
                {
                    after = next.Id ?? after;
                    if (next.Type == "end") return;
                    if (next.Type == "gap") after = SayGap(next);
                    else if (next.Type == ServerEvents.Retry) _wait = WaitOf(next);
                    else see(next);
                }
            }
            catch (Exception error) when (_connected && error is IOException or HttpRequestException or CommandFailedException { ExitCode: ExitCode.Unreachable })
            {
                // 2.
                session.Say($"dat: the connection is lost; trying again every {_wait.TotalSeconds:0.#} s, Ctrl+C to stop.");
            }

            await Task.Delay(_wait, time, cancellationToken);
        }
    }

    private long SayGap(ServerEvent gap)
    {
        var data = JsonElement.Parse(gap.Data);
        var (after, next) = (data.GetProperty("after").GetInt64(), data.GetProperty("next").GetInt64());
        session.Say($"dat: the log has no line after {after}; it goes on with {next}.");
        return next - 1;
    }

    private TimeSpan WaitOf(ServerEvent retry) =>
        int.TryParse(retry.Data, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : _wait;
}
