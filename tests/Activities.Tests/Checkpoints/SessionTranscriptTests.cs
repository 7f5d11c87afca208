using System.IO.Compression;
using System.Text;
using System.Text.Json;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Checkpoints;

/// <summary>Sessions that travel with their checkpoints, for the agents whose files are known.</summary>
public sealed class SessionTranscriptTests : IDisposable
{
    private const string Session = "0e1c0f6e-9a52-4c7a-8a34-000000000001";

    private static readonly string LongName = new('d', 200);

    private readonly TemporaryFolder _folder = new();
    private readonly FileBlobStore _blobs;

    public SessionTranscriptTests() => _blobs = new FileBlobStore(Path.Combine(_folder.Path, "blobs"), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData("claude", "CLAUDE_CONFIG_DIR")]
    [InlineData("codex", "CODEX_HOME")]
    public async Task A_session_goes_with_its_checkpoint_to_a_host_that_has_not_seen_it(string agent, string variable)
    {
        await using var first = await BeginAsync(agent, variable, "home-1");
        var source = FileOf(agent, first, "home-1");
        Write(source, "{\"one\":1}\n{\"key\":\"hush-hush\"}\n{\"half");
        var taken = await first.TakeAsync(1);
        Assert.Null(taken.Problem);
        Directory.Delete(first.Workspace, recursive: true);

        await using var second = Host(agent, variable, "home-2");
        var record = await second.Records.ReadAsync(second.Id, Cancellation);
        Assert.IsType<ArrivedTree.Here>(await second.Arrival.BringAsync(record, null, Cancellation));

        var target = FileOf(agent, first, "home-2");
        Assert.Equal("{\"one\":1}\n{\"key\":\"***\"}\n", await File.ReadAllTextAsync(target, Cancellation));
        Assert.Equal([target], Directory.EnumerateFiles(Path.Combine(_folder.Path, "home-2"), "*", SearchOption.AllDirectories));
        var revived = await second.Revival.ReviveAsync(new ReviveTask(second.Id.Value, DateTimeOffset.UnixEpoch), Cancellation);
        Assert.Equal(Session, revived.Sessions["1.1"].Id);
        Directory.Delete(first.Workspace, recursive: true);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_transcript_that_is_longer_here_stays_and_a_shorter_one_is_completed()
    {
        await using var task = await BeginAsync("claude", "CLAUDE_CONFIG_DIR", "home");
        var file = FileOf("claude", task, "home");
        Write(file, "{\"one\":1}\n");
        await task.TakeAsync(1);
        Write(file, "{\"one\":1}\n{\"two\":2}\n");
        await task.TakeAsync(2);
        await task.RestoreAsync(CheckpointSteps.Id(1).Value, safety: 8);
        Assert.Equal("{\"one\":1}\n{\"two\":2}\n", await File.ReadAllTextAsync(file, Cancellation));
        Write(file, "{\"one\":1}\n");
        await task.RestoreAsync(CheckpointSteps.Id(2).Value, safety: 9);
        Assert.Equal("{\"one\":1}\n{\"two\":2}\n", await File.ReadAllTextAsync(file, Cancellation));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_transcript_that_is_too_large_or_damaged_is_told_of()
    {
        await using var task = await BeginAsync("claude", "CLAUDE_CONFIG_DIR", "home");
        var file = FileOf("claude", task, "home");
        Write(file, "{\"one\":1}\n");
        await task.TakeAsync(1);
        var blob = (await task.Checkpoints.FindAsync(task.Id, CheckpointSteps.Id(1), Cancellation)).Checkpoint!.Transcripts[0].Blob;
        await _blobs.TryWriteAsync(blob, new MemoryStream([1, 2, 3]), BlobCondition.None, Cancellation);
        File.Delete(file);
        var restored = await task.RestoreAsync(CheckpointSteps.Id(1).Value, safety: 9);
        Assert.NotNull(restored.Checkpoint);
        Assert.Contains("missing or altered", restored.Problem, StringComparison.Ordinal);
        Assert.False(File.Exists(file));

        Write(file, "{\"one\":1}\n");
        task.Configuration["Checkpoints:MaxTranscriptBytes"] = "5";
        task.Begin();
        var taken = await task.TakeAsync(2);
        Assert.NotNull(taken.Checkpoint);
        Assert.Contains("larger than 5 bytes", taken.Problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task An_agent_that_names_its_files_by_no_directory_may_work_in_one_with_a_long_name()
    {
        await using var task = await BeginAsync("codex", "CODEX_HOME", "home", LongName);
        var file = FileOf("codex", task, "home");
        Write(file, "{\"one\":1}\n");
        Assert.Null((await task.TakeAsync(1)).Problem);
        File.Delete(file);
        Assert.Null((await task.RestoreAsync(CheckpointSteps.Id(1).Value, safety: 9)).Problem);
        Assert.Equal("{\"one\":1}\n", await File.ReadAllTextAsync(file, Cancellation));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_transcript_whose_place_cannot_be_told_is_told_of()
    {
        await using var task = await BeginAsync("claude", "CLAUDE_CONFIG_DIR", "home", LongName);
        var taken = await task.TakeAsync(1);
        Assert.NotNull(taken.Checkpoint);
        Assert.Contains("longer than 200 characters", taken.Problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_transcript_that_has_no_place_here_is_told_of()
    {
        await using var first = await BeginAsync("claude", "CLAUDE_CONFIG_DIR", "home-1");
        Write(FileOf("claude", first, "home-1"), "{\"one\":1}\n");
        Assert.Null((await first.TakeAsync(1)).Problem);

        await using var second = Host("claude", "CLAUDE_CONFIG_DIR", "home-2", TaskId.Parse("task-2"));
        await BeginAsync(second, "claude", LongName);
        var restored = await second.RestoreAsync(CheckpointSteps.Id(1).Value, safety: 9);

        Assert.NotNull(restored.Checkpoint);
        Assert.Contains("has no place here", restored.Problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_secret_has_its_name_in_a_checkpoint_and_its_value_in_nothing_of_it()
    {
        await using var task = await BeginAsync("claude", "CLAUDE_CONFIG_DIR", "home");
        UserRepository.Init(task.Workspace);
        Write(FileOf("claude", task, "home"), "{\"key\":\"hush-hush\"}\n");
        Assert.Null((await task.TakeAsync(1)).Problem);

        var checkpoint = (await task.Checkpoints.FindAsync(task.Id, CheckpointSteps.Id(1), Cancellation)).Checkpoint!;
        Assert.Equal(new Dictionary<string, string?> { ["GREETING"] = "hello", ["KEY"] = null, ["CLAUDE_CONFIG_DIR"] = null }, checkpoint.Environment);
        var stored = await _blobs.ListAsync("", Cancellation).Select(blob => blob.Name).ToListAsync(Cancellation);
        Assert.Superset(new HashSet<string> { checkpoint.Bundle!.Name, Assert.Single(checkpoint.Transcripts).Blob }, stored.ToHashSet());
        foreach (var name in stored) Assert.DoesNotContain("hush-hush", await TextOfAsync(name), StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", UserRepository.Git(task.Workspace, "cat-file", "--batch-all-objects", "--batch"), StringComparison.Ordinal);
    }

    private async Task<string> TextOfAsync(string blob)
    {
        await using var reading = (await _blobs.OpenReadAsync(blob, 0, null, Cancellation))!;
        await using var content = blob.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(reading.Content, CompressionMode.Decompress) : reading.Content;
        using var reader = new StreamReader(content, Encoding.Latin1);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private TaskFixture Host(string agent, string variable, string home, TaskId? id = null)
    {
        var task = new TaskFixture(_blobs) { Id = id ?? TaskId.Parse("task-1") };
        task.Configuration[$"Agents:Profiles:{agent}:Environment:{variable}"] = Path.Combine(_folder.Path, home);
        task.Configuration["Secrets:KEY"] = "hush-hush";
        task.Begin();
        return task;
    }

    /// <summary>A task whose step was interrupted in its session.</summary>
    private async Task<TaskFixture> BeginAsync(string agent, string variable, string home, string folder = "")
    {
        var task = Host(agent, variable, home);
        await BeginAsync(task, agent, folder);
        return task;
    }

    private static async Task BeginAsync(TaskFixture task, string agent, string folder)
    {
        Directory.CreateDirectory(Path.Combine(task.Workspace, folder));
        await task.PrepareAsync(JsonSerializer.SerializeToElement(new
        {
            agent,
            workspace = new { path = Path.Combine(task.Workspace, folder) },
            environment = new { GREETING = "hello" },
            secrets = new[] { "KEY" },
            plan = new { phases = new[] { new { title = "All", steps = new[] { new { title = "Step", kind = "agent", prompt = "work" } } } } },
        }));
        await task.RecordAsync(timeline =>
        {
            timeline.Transition(TaskState.Planning, "started", DateTimeOffset.UnixEpoch);
            timeline.StepStarted("1.1", 1, DateTimeOffset.UnixEpoch);
            timeline.StepEnded("1.1", WorkStatus.Pending, 1, null, null, DateTimeOffset.UnixEpoch, new AgentUse(Session, null, null));
        });
    }

    private string FileOf(string agent, TaskFixture task, string home)
    {
        var slug = string.Concat(task.Workspace.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        return Path.Combine(_folder.Path, home, agent == "claude"
            ? $"projects/{slug}/{Session}.jsonl"
            : $"sessions/2026/11/21/rollout-2026-11-21T10-00-00-{Session}.jsonl");
    }

    private static void Write(string file, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
