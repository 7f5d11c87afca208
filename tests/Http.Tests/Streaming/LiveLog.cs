using System.Text;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;
using DurableAgentTasks.Storage.Logs;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Streaming;

/// <summary>The log of a task, written as its running step does.</summary>
internal sealed class LiveLog : IAsyncDisposable
{
    private readonly TaskLogWriter _writer;
    private readonly Task _relay;
    private long _offset;

    private LiveLog(TaskLogWriter writer, Task relay) => (_writer, _relay) = (writer, relay);

    public static async Task<LiveLog> OpenAsync(ApiHost host, string task, bool signals = true)
    {
        var writer = await TaskLogWriter.OpenAsync(host.Blobs, TaskId.Parse(task), TimeProvider.System, TestContext.Current.CancellationToken);
        var relay = signals ? host.Services.GetRequiredService<TaskSignals>().RelayAsync(TaskId.Parse(task), writer) : Task.CompletedTask;
        return new LiveLog(writer, relay);
    }

    public async Task AppendAsync(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _offset += bytes.Length;
        await _writer.AppendAsync(new LogSource("1.1", "1.1.1", LogStream.Stdout), bytes, _offset, endOfStream: false, TestContext.Current.CancellationToken);
    }

    /// <summary>The writer of the step after this one.</summary>
    public async Task<LiveLog> ReopenAsync(ApiHost host, string task)
    {
        await DisposeAsync();
        var next = await OpenAsync(host, task);
        next._offset = _offset;
        return next;
    }

    public async ValueTask DisposeAsync()
    {
        _writer.Dispose();
        await _relay;
    }
}
