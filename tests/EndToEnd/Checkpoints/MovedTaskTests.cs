using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Checkpoints;

/// <summary>A host with all that it had is gone; another one has only the blob storage.</summary>
public sealed class MovedTaskTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const int Limit = 180_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limit)]
    [InlineData("inPlace")]
    [InlineData("plain")]
    [InlineData("clone")]
    [InlineData("worktree")]
    public async Task Another_host_finishes_the_task_with_the_same_files(string kind)
    {
        using var folder = new TemporaryFolder();
        var settings = Settings();
        var origin = Path.Combine(folder.Path, "origin");
        if (kind == "plain") Directory.CreateDirectory(origin);
        else await GitRepository.CreateAsync(origin);
        object workspace = kind switch
        {
            "clone" => new { repository = origin, setup = "echo set up" },
            "worktree" => new { path = origin, isolation = "worktree", setup = "echo set up" },
            _ => new { path = origin, setup = "echo set up" },
        };
        var isOurs = kind is "clone" or "worktree";

        // Each step adds to a file: whatever was done twice on one tree, or left out, is seen.
        var body = new
        {
            id = "moved",
            agent = "shell",
            workspace,
            plan = new
            {
                phases = new[]
                {
                    Phase("One", "echo one >> steps; printf 'a\\000b' > binary; mkdir -p deep/er; ln -s ../steps deep/link"),
                    Phase("Two", "echo two >> steps", $"echo three >> steps; touch waiting; while [ -e {folder.Path}/first ]; do sleep 0.1; done; echo four >> steps"),
                    Phase("Three", "echo five >> steps; cat steps"),
                },
            },
        };
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "first"), "", Cancellation);
        await using (var first = await LocalHostProcess.StartAsync(Path.Combine(folder.Path, "data-1"), Cancellation, settings))
        {
            await TaskApi.StartAsync(first.Http, body, Cancellation);
            var waiting = Path.Combine(isOurs ? Path.Combine(folder.Path, "data-1", "workspaces", "moved", "tree") : origin, "waiting");
            await UntilAsync(() => File.Exists(waiting));
            await first.KillAsync();
        }

        TaggedProcesses.KillAll(Path.Combine(folder.Path, "data-1"));
        File.Delete(Path.Combine(folder.Path, "first"));
        Directory.Delete(Path.Combine(folder.Path, "data-1"), recursive: true);
        if (!isOurs) Directory.Delete(origin, recursive: true);

        await using var second = await LocalHostProcess.StartAsync(Path.Combine(folder.Path, "data-2"), Cancellation, settings);
        var lost = await TaskApi.StatusAsync(second.Http, "moved", Cancellation);
        Assert.Equal("failed", TaskApi.State(lost));
        await TaskApi.PostAsync(second.Http, "/api/tasks/moved/resume", new { reason = "the machine is gone" }, Cancellation);
        var ended = await TaskApi.UntilAsync(second.Http, "moved", status => TaskApi.State(status) is "completed" or "paused" or "cancelled", Cancellation);

        Assert.True(TaskApi.State(ended) == "completed", $"{ended}\n{second.Output}");
        Assert.Equal("success", ended.GetProperty("result").GetProperty("outcome").GetString());
        var tree = isOurs ? Path.Combine(folder.Path, "data-2", "workspaces", "moved", "tree") : origin;
        Assert.Equal("one\ntwo\nthree\nfour\nfive\n", await File.ReadAllTextAsync(Path.Combine(tree, "steps"), Cancellation));
        Assert.Equal("a\0b", await File.ReadAllTextAsync(Path.Combine(tree, "binary"), Cancellation));
        Assert.Equal("../steps", new FileInfo(Path.Combine(tree, "deep", "link")).LinkTarget);

        // Nothing that the first host logged is gone, and the setup ran once on each of them.
        var log = await TaskApi.LogAsync(second.Http, "moved", Cancellation);
        Assert.Equal(2, log.Count(line => line is { StepId: "setup", Text: "set up" }));
        Assert.Equal(Enumerable.Range(1, log.Count).Select(number => (long)number), log.Select(line => line.Seq));
        Assert.Contains(await TaskApi.TimelineAsync(second.Http, "moved", Cancellation), entry => entry.GetProperty("type").GetString() == "restored");
        Assert.Contains("+three", await second.Http.GetStringAsync("/api/tasks/moved/result.patch", Cancellation), StringComparison.Ordinal);
    }

    private Dictionary<string, string> Settings() => new()
    {
        ["Storage:Connection"] = azurite.Connection, ["Storage:Container"] = $"c{Guid.NewGuid():N}",
    };

    private static object Phase(string title, params string[] commands) => new { title, steps = commands.Select(command => new { title = "Step", kind = "shell", command }) };

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (!condition()) await tick.WaitForNextTickAsync(Cancellation);
    }
}
