using System.Net;
using System.Text;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class CheckpointTests : ApiTest
{
    [Fact]
    public async Task The_orchestration_is_told_to_take_one()
    {
        await StartAsync("t");
        using var response = await PostAsync("/api/tasks/t/checkpoints", """{"reason": "before lunch"}""");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(("t", "checkpoint", """{"by":"local","reason":"before lunch"}"""), Assert.Single(Host.Engine.Events));
        await Host.Engine.FailAsync("t");
        using var failed = await PostAsync("/api/tasks/t/checkpoints", null);
        await AssertProblemAsync(failed, HttpStatusCode.Conflict, "wrong_state");
    }

    [Fact]
    public async Task The_list_has_the_newest_first_without_their_files()
    {
        await StartWithAsync(3);
        var list = await GetJsonAsync("/api/tasks/t/checkpoints");
        Assert.Equal([3, 2, 1], list.GetProperty("checkpoints").EnumerateArray().Select(item => item.GetProperty("number").GetInt32()));
        var first = list.GetProperty("checkpoints")[2];
        Assert.Equal((Id(1), "phase", "2030-01-01T00:01:00Z", "After phase 1."), (Text(first, "id"), Text(first, "type"), Text(first, "at"), Text(first, "description")));
        Assert.False(first.TryGetProperty("files", out _));
        Assert.Empty(list.GetProperty("damaged").EnumerateArray());
        Assert.False(list.TryGetProperty("continuationToken", out _));
    }

    [Fact]
    public async Task Pages_hold_each_checkpoint_once()
    {
        await StartWithAsync(5);
        var seen = new List<int>();
        string? token = null;
        do
        {
            var page = await GetJsonAsync($"/api/tasks/t/checkpoints?top=2{(token is null ? "" : $"&continuationToken={token}")}");
            seen.AddRange(page.GetProperty("checkpoints").EnumerateArray().Select(item => item.GetProperty("number").GetInt32()));
            token = page.TryGetProperty("continuationToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);
        Assert.Equal([5, 4, 3, 2, 1], seen);
    }

    [Fact]
    public async Task One_has_the_shape_of_the_contract()
    {
        await StartWithAsync(1);
        var one = await GetJsonAsync($"/api/tasks/t/checkpoints/{Id(1)}");
        foreach (var name in "id type at description phaseId completedSteps pendingSteps sessions files filesModified linesChanged commit ref bundle size reason".Split(' '))
        {
            Assert.True(one.TryGetProperty(name, out _), name);
        }

        var file = one.GetProperty("files")[0];
        Assert.Equal(("a.txt", "modified", new string('a', 64)), (Text(file, "path"), Text(file, "type"), Text(file, "hash")));
    }

    [Fact]
    public async Task A_damaged_one_is_named_in_the_list_and_not_shown()
    {
        await StartWithAsync(2);
        var name = $"tasks/t/checkpoints/000000001.{Id(1)}.json";
        using (var content = new MemoryStream(Encoding.UTF8.GetBytes("{\"sha256\":\"torn"))) await Host.Blobs.TryWriteAsync(name, content, BlobCondition.None, Cancellation);
        var list = await GetJsonAsync("/api/tasks/t/checkpoints");
        Assert.Equal(2, Assert.Single(list.GetProperty("checkpoints").EnumerateArray()).GetProperty("number").GetInt32());
        Assert.Equal(Id(1), Text(Assert.Single(list.GetProperty("damaged").EnumerateArray()), "id"));
        using var one = await Client.GetAsync($"/api/tasks/t/checkpoints/{Id(1)}", Cancellation);
        var problem = await AssertProblemAsync(one, HttpStatusCode.NotFound, "checkpoint_not_found");
        Assert.StartsWith("It is damaged.", Text(problem, "detail"), StringComparison.Ordinal);

        // The one before is the newest that can be read.
        Assert.Equal("diff t begin..2", await Client.GetStringAsync($"/api/tasks/t/checkpoints/{Id(2)}/diff", Cancellation));
    }

    [Theory]
    [InlineData(3, "", "diff t 2..3")]
    [InlineData(1, "", "diff t begin..1")]
    [InlineData(3, "?from=1", "diff t 1..3")]
    [InlineData(1, "?from=3", "diff t 3..1")]
    [InlineData(2, "?to=worktree", "diff t 2..tree")]
    public async Task A_diff_is_between_any_two_or_to_the_work_tree(int of, string query, string expected)
    {
        await StartWithAsync(3);
        if (query.StartsWith("?from", StringComparison.Ordinal)) query = $"?from={Id(query[^1] - '0')}";
        using var response = await Client.GetAsync($"/api/tasks/t/checkpoints/{Id(of)}/diff{query}", Cancellation);
        Assert.Equal("text/x-diff", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task What_a_restore_has_saved_is_not_the_one_before()
    {
        await StartWithAsync(2);
        await TakenCheckpoints.WriteAsync(Host.Blobs, "t", 3, Id(3), CheckpointType.Manual, isRescued: true);
        await TakenCheckpoints.WriteAsync(Host.Blobs, "t", 4, Id(4), CheckpointType.Phase);
        Assert.Equal("diff t 2..4", await Client.GetStringAsync($"/api/tasks/t/checkpoints/{Id(4)}/diff", Cancellation));
    }

    [Theory]
    [InlineData("?to=HEAD", 400, "invalid_parameters")]
    [InlineData("?to=worktree&from=0000000000000001", 400, "invalid_parameters")]
    [InlineData("?from=0000000000000009", 404, "checkpoint_not_found")]
    [InlineData("?from=--output=x", 404, "checkpoint_not_found")]
    [InlineData("?from=0000000000000001&from=0000000000000002", 400, "invalid_parameters")]
    public async Task A_bad_diff_is_refused(string query, int status, string code)
    {
        await StartWithAsync(3);
        using var response = await Client.GetAsync($"/api/tasks/t/checkpoints/{Id(1)}/diff{query}", Cancellation);
        await AssertProblemAsync(response, (HttpStatusCode)status, code);
    }

    [Fact]
    public async Task A_bundle_is_a_file_to_save()
    {
        await StartWithAsync(2);
        using var response = await Client.GetAsync($"/api/tasks/t/checkpoints/{Id(2)}/bundle", Cancellation);
        Assert.Equal("application/x-git-bundle", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("t-2.bundle", response.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal("bundle 2", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("diff")]
    [InlineData("bundle")]
    public async Task Files_that_cannot_be_had_are_409_with_the_reason(string what)
    {
        await StartWithAsync(2);
        Host.Files.Problem = "The bundle is missing.";
        using var response = await Client.GetAsync($"/api/tasks/t/checkpoints/{Id(2)}/{what}", Cancellation);
        Assert.Equal("The bundle is missing.", Text(await AssertProblemAsync(response, HttpStatusCode.Conflict, "files_unavailable"), "detail"));
    }

    [Theory]
    [InlineData("/api/tasks/nobody/checkpoints", "task_not_found")]
    [InlineData("/api/tasks/No_Id/checkpoints", "task_not_found")]
    [InlineData("/api/tasks/nobody/result.patch", "task_not_found")]
    [InlineData("/api/tasks/t/result.patch", "patch_not_found")]
    [InlineData("/api/tasks/t/checkpoints/0000000000000009", "checkpoint_not_found")]
    [InlineData("/api/tasks/t/checkpoints/0000000000000009/diff", "checkpoint_not_found")]
    [InlineData("/api/tasks/t/checkpoints/..%2f..%2fx/bundle", "checkpoint_not_found")]
    [InlineData("/api/tasks/nobody/checkpoints/0000000000000001/bundle", "task_not_found")]
    public async Task What_is_not_there_is_404(string path, string code)
    {
        await StartWithAsync(1);
        using var response = await Client.GetAsync(path, Cancellation);
        await AssertProblemAsync(response, HttpStatusCode.NotFound, code);
    }

    [Fact]
    public async Task The_patch_of_a_task_is_what_was_stored()
    {
        await StartAsync("t");
        using (var patch = new MemoryStream("diff --git \xff\n"u8.ToArray())) await new ResultPatches(Host.Blobs).WriteAsync(TaskId.Parse("t"), patch, Cancellation);
        using var response = await Client.GetAsync("/api/tasks/t/result.patch", Cancellation);
        Assert.Equal("diff --git \xff\n"u8.ToArray(), await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal("t.patch", response.Content.Headers.ContentDisposition!.FileName);
        using var head = await Client.SendAsync(new(HttpMethod.Head, "/api/tasks/t/result.patch"), Cancellation);
        Assert.Equal((HttpStatusCode.OK, "text/x-diff"), (head.StatusCode, head.Content.Headers.ContentType!.MediaType));
    }

    private static string Id(int number) => $"{number:d16}";

    private static string? Text(System.Text.Json.JsonElement json, string name) => json.GetProperty(name).GetString();

    private async Task StartWithAsync(int checkpoints)
    {
        await StartAsync("t");
        for (var number = 1; number <= checkpoints; number++) await Host.TakeCheckpointAsync("t", number, Id(number), CheckpointType.Phase);
    }
}
