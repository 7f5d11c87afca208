using DurableAgentTasks.Contracts.Http;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Streaming;

/// <summary>A client that follows a task goes on where it was, also when the host is killed and started again.</summary>
public sealed class StreamKillTests : IDisposable
{
    private const string Task = "followed";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dat-e2e-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 300_000)]
    public async Task A_client_gets_every_line_once_and_in_order_over_kills_of_the_host()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var data = Path.Combine(_folder.FullName, "data");
        var workspace = await GitRepository.CreateAsync(Path.Combine(_folder.FullName, "shop"));
        var host = await LocalHostProcess.StartAsync(data, cancellation);
        await TaskApi.StartAsync(host.Http, Request(workspace.Path), cancellation);
        var got = new List<(long, string)>();
        for (var kill = 1; kill <= 4; kill++)
        {
            await FollowAsync(host, got, atMost: 40, cancellation);
            await host.KillAsync();
            await host.DisposeAsync();
            host = await LocalHostProcess.StartAsync(data, cancellation);
        }

        await using var last = host;
        await File.WriteAllTextAsync(Path.Combine(workspace.Path, "go"), "", cancellation);
        await FollowAsync(host, got, atMost: int.MaxValue, cancellation);
        var log = await TaskApi.LogAsync(host.Http, Task, cancellation);
        Assert.Equal(log.Select(line => (line.Seq, line.Text)), got);
        Assert.True(got.Count > 600, $"{got.Count} lines");
    }

    /// <summary>Reads on after the last line that was got, to so many more lines or the end of the task.</summary>
    private static async Task FollowAsync(LocalHostProcess host, List<(long Seq, string Text)> got, int atMost, CancellationToken cancellationToken)
    {
        long? lastEventId = got.Count == 0 ? null : got[^1].Seq;
        using var events = await EventReader.OpenAsync(host.Http, $"/api/tasks/{Task}/events", lastEventId, cancellationToken);
        for (var left = atMost; left > 0;)
        {
            var next = await events.ReadAsync(cancellationToken) ?? throw new EndOfStreamException(host.Output);
            if (next.Type == "end") return;
            if (next.Type != "log") continue;
            got.Add((next.Id!.Value, next.Text("text")!));
            left--;
        }
    }

    private static object Request(string workspace) => new
    {
        id = Task,
        agent = "shell",
        workspace = new { path = workspace },
        plan = new
        {
            phases = new[]
            {
                new
                {
                    title = "Print",
                    steps = new[] { 1, 2 }.Select(number => new
                    {
                        id = $"s{number}", title = $"Step {number}", kind = "shell",
                        command = $"p() {{ for i in $(seq $1 $2); do echo \"s{number} $$ $i\"; sleep 0.005; done; }}; p 1 200; while [ ! -e go ]; do sleep 0.05; done; p 201 300",
                    }),
                },
            },
        },
    };
}
