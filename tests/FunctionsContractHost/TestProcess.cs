namespace DurableAgentTasks.FunctionsContractHost;

/// <summary>The process of the tests, which is told of what the program does. It says itself where it listens.</summary>
public sealed class TestProcess : IDisposable
{
    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private Uri? _address;

    public void ListensAt(Uri address)
    {
        Volatile.Write(ref _address, address);
        _called.TrySetResult();
    }

    /// <returns>What it answers, in its own time.</returns>
    public async Task<string> SendAsync(string path, string text)
    {
        // In a new life of this process activities are called again before the tests know of it.
        await _called.Task;
        using var content = new StringContent(text);
        using var answer = await _http.PostAsync(new Uri(_address!, path), content);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    public void Dispose() => _http.Dispose();
}
