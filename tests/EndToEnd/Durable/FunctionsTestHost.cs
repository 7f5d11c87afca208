using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using DurableAgentTasks.Contracts.Durable;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Durable;

/// <summary>
/// A Functions host that runs <c>tests/FunctionsContractHost</c> on this machine. What its activities note and hold, and what its
/// orchestrations log, it tells here, so that it is known in whatever life of its worker that was. Its time is real.
/// </summary>
internal sealed class FunctionsTestHost : IDurableTestHost
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(2);

    private readonly HttpListener _listener = new();
    private readonly HttpClient _http;
    private readonly ConcurrentQueue<string> _logged = [];
    private readonly string _address = $"http://127.0.0.1:{LocalHostProcess.FreePort()}/";

    private FunctionsTestHost(Uri url)
    {
        _http = new HttpClient { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        Client = new RemoteTaskClient(_http);
        _listener.Prefixes.Add(_address);
        _listener.Start();
        _ = ListenAsync();
    }

    public ITaskClient Client { get; }

    public ContractActivities Activities { get; } = new();

    public IReadOnlyList<string> Logged => [.. _logged];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<IDurableTestHost> MeetAsync(Uri url)
    {
        var host = new FunctionsTestHost(url);
        await host.MeetAsync(before: null);
        return host;
    }

    public Task PassAsync(TimeSpan time) => Task.Delay(time, Cancellation);

    public async Task RestartAsync(TimeSpan pause)
    {
        var before = await MeetAsync(before: null);

        try
        {
            using var none = await _http.PostAsync($"/end?pause={pause}", null, Cancellation);
            Assert.Fail($"The host was to end, and answers {none.StatusCode}: {await none.Content.ReadAsStringAsync(Cancellation)}");
        }
        catch (HttpRequestException)
        {
            // It ends before it can answer.
        }

        await MeetAsync(before);
    }

    public async Task<OrchestrationInstance> UntilAsync(string instanceId, Func<OrchestrationInstance, bool> condition)
    {
        using var tick = new PeriodicTimer(LookEvery);
        while (true)
        {
            var instance = await Client.GetAsync(instanceId, payloads: true, Cancellation);
            if (instance is not null && condition(instance)) return instance;
            await tick.WaitForNextTickAsync(Cancellation);
        }
    }

    public ValueTask DisposeAsync()
    {
        _listener.Close();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Says where this listens, until a worker answers that is not the one before.</summary>
    private async Task<string> MeetAsync(string? before)
    {
        var since = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(LookEvery);
        while (true)
        {
            if (await GreetAsync() is { } worker && worker != before) return worker;
            Assert.True(since.Elapsed < StartsWithin, $"No host answers at {_http.BaseAddress} for {StartsWithin}. Start it in a loop: it is killed to see what outlives it.");
            await tick.WaitForNextTickAsync(Cancellation);
        }
    }

    /// <returns>The worker; <see langword="null"/> if none answers.</returns>
    private async Task<string?> GreetAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(AnswersWithin);
        try
        {
            using var answer = await _http.PostAsync($"/meet?address={Uri.EscapeDataString(_address)}", null, limit.Token);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(limit.Token) : null;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException && !Cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream);
            var text = await reader.ReadToEndAsync(Cancellation);
            if (context.Request.Url!.AbsolutePath == "/note") await Activities.NoteAsync(text);
            else if (context.Request.Url.AbsolutePath == "/hold") await Activities.HoldAsync(text);
            else _logged.Enqueue(text);

            await using var writer = new StreamWriter(context.Response.OutputStream);
            await writer.WriteAsync(text);
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // The worker that asked has ended, or the test has.
        }
    }
}
