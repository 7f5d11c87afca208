using System.Net.Http.Json;
using System.Text.Json;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Checkpoints;

/// <summary>Hosts that are killed at random moments while they take and restore checkpoints.</summary>
public sealed class CheckpointKillTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const int Limit = 300_000;

    // Begins with the files of the step before and nothing else, or fails.
    private const string Second =
        """
        test ! -e extra || exit 3
        for f in files/*; do test "$(cat $f)" = v1 || exit 4; done
        echo x > extra; for i in $(seq 200); do echo v2 > files/$i; done
        while [ ! -e ../go ]; do date +%N > churn; sleep 0.02; done; rm -f churn
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limit)]
    [InlineData("file", 5)]
    [InlineData("azure", 3)]
    public async Task Killed_at_any_moment_checkpoints_stay_whole_and_a_restore_is_finished(string store, int kills)
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string>
        {
            ["Checkpoints:Interval"] = "00:00:01",
            ["Storage:Connection"] = store == "azure" ? azurite.Connection : store,
            ["Storage:Container"] = $"c{Guid.NewGuid():N}",
        };
        var repository = await GitRepository.CreateAsync(Path.Combine(folder.Path, "user"));
        var (head, index) = (await repository.GitAsync("rev-parse", "HEAD"), await File.ReadAllBytesAsync(Path.Combine(repository.Path, ".git", "index"), Cancellation));
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var host = await StartAsync(folder.Path, settings);
        try
        {
            await TaskApi.StartAsync(host.Http, new
            {
                id = "t",
                agent = "shell",
                workspace = new { path = repository.Path },
                plan = new
                {
                    phases = new[] { Phase("One", "mkdir files; for i in $(seq 200); do echo v1 > files/$i; done"), Phase("Two", Second) },
                },
            }, Cancellation);
            await TaskApi.UntilAsync(host.Http, "t", status => Step(status, 1) == "in_progress", Cancellation);
            for (var kill = 0; kill < kills; kill++) host = await KillAsync(host, folder.Path, settings, random.Next(1_500));

            await TaskApi.PostAsync(host.Http, "/api/tasks/t/pause", new { }, Cancellation);
            await TaskApi.UntilStateAsync(host.Http, "t", "paused", Cancellation);
            var stored = (await host.Http.GetFromJsonAsync<JsonElement>("/api/tasks/t/checkpoints", Cancellation)).GetProperty("checkpoints").EnumerateArray().ToList();
            foreach (var checkpoint in stored)
            {
                using var bundle = await host.Http.GetAsync($"/api/tasks/t/checkpoints/{Id(checkpoint)}/bundle", Cancellation);
                Assert.True(bundle.IsSuccessStatusCode, await bundle.Content.ReadAsStringAsync(Cancellation));
            }

            var phase = stored.Single(checkpoint => checkpoint.GetProperty("type").GetString() == "phase");
            await File.WriteAllTextAsync(Path.Combine(folder.Path, "go"), "", Cancellation);
            await TaskApi.PostAsync(host.Http, "/api/tasks/t/resume", new { checkpointId = Id(phase) }, Cancellation);
            for (var kill = 0; kill < kills; kill++) host = await KillAsync(host, folder.Path, settings, random.Next(300));

            var ended = await TaskApi.UntilEndedAsync(host.Http, "t", Cancellation);
            Assert.True(TaskApi.State(ended) == "completed", $"{ended}");
            Assert.Equal(200, Directory.EnumerateFiles(Path.Combine(repository.Path, "files")).Count(file => File.ReadAllText(file) == "v2\n"));
            Assert.Equal(head, await repository.GitAsync("rev-parse", "HEAD"));
            Assert.Equal(index, await File.ReadAllBytesAsync(Path.Combine(repository.Path, ".git", "index"), Cancellation));
            await repository.GitAsync("fsck", "--no-dangling");
            Assert.Single(await TaskApi.TimelineAsync(host.Http, "t", Cancellation), entry => entry.GetProperty("type").GetString() == "restored");
        }
        finally
        {
            await host.DisposeAsync();
            TaggedProcesses.KillAll(Path.Combine(folder.Path, "data"));
        }
    }

    private static Task<LocalHostProcess> StartAsync(string folder, Dictionary<string, string> settings) =>
        LocalHostProcess.StartAsync(Path.Combine(folder, "data"), Cancellation, settings);

    private static async Task<LocalHostProcess> KillAsync(LocalHostProcess host, string folder, Dictionary<string, string> settings, int afterMilliseconds)
    {
        // The moment is what is random here; nothing is waited for.
        using (var moment = new PeriodicTimer(TimeSpan.FromMilliseconds(afterMilliseconds + 1))) await moment.WaitForNextTickAsync(Cancellation);
        await host.KillAsync();
        await host.DisposeAsync();
        return await StartAsync(folder, settings);
    }

    private static object Phase(string title, params string[] commands) => new { title, steps = commands.Select(command => new { title = "Step", kind = "shell", command }) };

    private static string? Step(JsonElement status, int phase) =>
        status.GetProperty("plan").GetProperty("phases")[phase].GetProperty("steps")[0].GetProperty("status").GetString();

    private static string Id(JsonElement checkpoint) => checkpoint.GetProperty("id").GetString()!;
}
