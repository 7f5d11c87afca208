using System.Diagnostics;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Agents.Tests.Processes;

/// <summary>A run whose supervisor, a process of its own, was killed as the kernel or an operator kills it.</summary>
internal static class AbandonedRun
{
    public static Task<RunFolder> StartAsync(RunScope scope, params string[] program) => StartAsync(scope, "1.1", program);

    public static Task<RunFolder> StartAsync(RunScope scope, string run, string[] program) => StartAsync(scope, run, [FakeAgentProgram.Path], program);

    public static async Task<RunFolder> StartAsync(RunScope scope, string run, string[] supervisor, string[] program)
    {
        var folder = new RunFolder(Path.Combine(scope.DataFolder, "runs", "supervised", run));
        string[] arguments = [.. supervisor.Skip(1), "supervise", scope.DataFolder, folder.Path, run, .. program];
        using var host = Process.Start(new ProcessStartInfo(supervisor[0], arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        Assert.Equal("supervising", await host.StandardOutput.ReadLineAsync());
        host.Kill();
        await host.WaitForExitAsync();
        return folder;
    }

    public static string TagOf(RunScope scope, string run = "1.1") => RunTag.Create(scope.Id, TaskId.Parse("supervised"), run).Value;

    public static async Task WaitForOutputAsync(RunFolder folder, string text, int times)
    {
        var output = new CollectedOutput();
        using var givenUp = new CancellationTokenSource();
        var tail = new OutputTail(OutputStream.StandardOutput, folder.StandardOutput, 0, output.ReceiveAsync, TimeProvider.System)
            .RunAsync(new TaskCompletionSource().Task, givenUp.Token);
        await output.SaidAsync(text, times);
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tail);
    }
}
