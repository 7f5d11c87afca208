using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Recovery;

/// <summary>The promise of the product: the host is killed at any moment and started again, and the task finishes.</summary>
public sealed class KillTests : IDisposable
{
    private const int Steps = 4;
    private const int LinesPerStep = 40;
    private const string Task = "survivor";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dat-e2e-");

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 300_000)]
    public async Task A_task_survives_ten_kills_of_its_host_at_random_moments()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var repository = await GitRepository.CreateAsync(Path.Combine(_folder.FullName, "shop"));
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        var random = new Random(seed);
        var host = await LocalHostProcess.StartAsync(Data, cancellation);
        await TaskApi.StartAsync(host.Http, Request(repository.Path), cancellation);
        var completed = new HashSet<string>();
        for (var kill = 0; kill < 10; kill++)
        {
            await GrowthAsync(host, repository, random.Next(0, 12), cancellation);
            foreach (var step in await CompletedStepsAsync(host, cancellation)) completed.Add($"{step} {RunsOf(repository, step)}");
            await host.KillAsync();
            await host.DisposeAsync();
            host = await LocalHostProcess.StartAsync(Data, cancellation);
        }

        await using var last = host;
        var status = await TaskApi.UntilEndedAsync(host.Http, Task, cancellation);
        Assert.True(TaskApi.State(status) == "completed", $"{status}\n{host.Output}");
        Assert.Equal(Steps, (await CompletedStepsAsync(host, cancellation)).Count);
        AssertNoFinishedStepRanAgain(repository, completed);
        AssertLogIsWhole(repository, await TaskApi.LogAsync(host.Http, Task, cancellation));
        Assert.Equal("main.txt", (await repository.GitAsync("ls-files", "--others")).Trim().Split('\n').Single(file => file == "main.txt"));
    }

    /// <summary>Each step prints lines, and notes each in a file of the repository after it has printed it.</summary>
    private static object Request(string workspace) => new
    {
        id = Task,
        agent = "shell",
        workspace = new { path = workspace },
        plan = new
        {
            phases = new[] { 1, 3 }.Select(first => new
            {
                title = $"Phase of step {first}",
                steps = new[] { first, first + 1 }.Select(number => new
                {
                    id = $"s{number}",
                    title = $"Step {number}",
                    kind = "shell",
                    command = $"echo s{number} >> runs.txt; for i in $(seq 1 {LinesPerStep}); do echo \"s{number} $$ $i\"; "
                        + $"echo \"s{number} $$ $i\" >> main.txt; sleep 0.02; done",
                }),
            }),
        },
    };

    /// <summary>Waits until the steps have written so many more lines, or the task has ended.</summary>
    private static async Task GrowthAsync(LocalHostProcess host, GitRepository repository, int lines, CancellationToken cancellationToken)
    {
        var target = Lines(repository, "main.txt").Length + lines;
        await TaskApi.UntilAsync(
            host.Http, Task, status => TaskApi.HasEnded(status) || Lines(repository, "main.txt").Length >= target, cancellationToken);
    }

    private static async Task<List<string>> CompletedStepsAsync(LocalHostProcess host, CancellationToken cancellationToken)
    {
        var status = await TaskApi.StatusAsync(host.Http, Task, cancellationToken);
        return status.GetProperty("plan").GetProperty("phases").EnumerateArray()
            .SelectMany(phase => phase.GetProperty("steps").EnumerateArray())
            .Where(step => step.GetProperty("status").GetString() == "completed")
            .Select(step => step.GetProperty("id").GetString()!)
            .ToList();
    }

    private static void AssertNoFinishedStepRanAgain(GitRepository repository, IEnumerable<string> completedWithRuns)
    {
        foreach (var item in completedWithRuns)
        {
            var (step, runs) = (item.Split(' ')[0], int.Parse(item.Split(' ')[1]));
            Assert.Equal(runs, RunsOf(repository, step));
        }
    }

    private static void AssertLogIsWhole(GitRepository repository, List<(long Seq, string Stream, string? StepId, string Text)> log)
    {
        Assert.Equal(Enumerable.Range(1, log.Count).Select(n => (long)n), log.Select(line => line.Seq));
        var printed = log.Where(line => line.Stream == "stdout").Select(line => line.Text).ToList();
        Assert.Equal(printed.Count, printed.Distinct().Count());
        Assert.Empty(Lines(repository, "main.txt").Except(printed));

        // Every run's lines are there from its first on, without a hole.
        foreach (var run in printed.Select(text => text.Split(' ')).GroupBy(words => $"{words[0]} {words[1]}"))
        {
            Assert.Equal(Enumerable.Range(1, run.Count()), run.Select(words => int.Parse(words[2])));
        }
    }

    private static int RunsOf(GitRepository repository, string step) => Lines(repository, "runs.txt").Count(line => line == step);

    private static string[] Lines(GitRepository repository, string file)
    {
        var path = Path.Combine(repository.Path, file);
        return File.Exists(path) ? File.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
    }
}
