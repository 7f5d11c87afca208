using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Recovery;

/// <summary>A start that was answered exists, whenever the host is killed; one that was not exists whole or not at all.</summary>
public sealed class StartStormTests : IDisposable
{
    private const int Clients = 8;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dat-e2e-");

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 300_000)]
    public async Task No_start_that_was_answered_is_lost_and_none_is_made_by_half()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var answered = new ConcurrentBag<string>();
        var asked = new ConcurrentBag<string>();
        for (var kill = 0; kill < 3; kill++)
        {
            await using var host = await LocalHostProcess.StartAsync(Data, cancellation);
            var before = answered.Count;
            var storm = Enumerable.Range(0, Clients).Select(client => StormAsync(host, $"k{kill}-c{client}", asked, answered, cancellation)).ToList();
            await Task.WhenAny([.. storm, UntilAsync(() => answered.Count >= before + 12, cancellation)]);
            await host.KillAsync();
            await Task.WhenAll(storm);
        }

        await using var last = await LocalHostProcess.StartAsync(Data, cancellation);
        foreach (var id in answered) Assert.Equal("completed", TaskApi.State(await TaskApi.UntilEndedAsync(last.Http, id, cancellation)));
        foreach (var id in asked.Except(answered))
        {
            using var answer = await last.Http.GetAsync($"/api/tasks/{id}", cancellation);
            if (answer.StatusCode == HttpStatusCode.NotFound)
            {
                // Not made at all: the id is free.
                await TaskApi.StartAsync(last.Http, ShellTask.Of(id, _folder.FullName, "true"), cancellation);
            }

            Assert.Equal("completed", TaskApi.State(await TaskApi.UntilEndedAsync(last.Http, id, cancellation)));
        }

        Assert.Empty(TaggedProcesses.Of(Data));
    }

    private async Task StormAsync(
        LocalHostProcess host, string prefix, ConcurrentBag<string> asked, ConcurrentBag<string> answered, CancellationToken cancellationToken)
    {
        for (var number = 0; ; number++)
        {
            var id = $"{prefix}-{number}";
            asked.Add(id);
            try
            {
                using var answer = await host.Http.PostAsJsonAsync("/api/tasks", ShellTask.Of(id, _folder.FullName, "true"), cancellationToken);
                Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
                answered.Add(id);
            }
            catch (HttpRequestException)
            {
                return; // The host is dead.
            }
        }
    }

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition()) await tick.WaitForNextTickAsync(cancellationToken);
    }
}
