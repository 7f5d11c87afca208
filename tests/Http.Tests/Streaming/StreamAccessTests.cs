using System.Net;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Streaming;

public sealed class StreamAccessTests : ApiTest
{
    private const string Key = "reader-key-0123456789abcdef";

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Auth:Keys:eve:Key"] = Key, ["Auth:Keys:eve:Role"] = "reader",
    };

    [Theory(Timeout = 60_000)]
    [InlineData("/api/events", HttpStatusCode.OK)]
    [InlineData("/api/tasks/nobody/events", HttpStatusCode.NotFound)]
    [InlineData("/api/tasks/nobody/logs/raw", HttpStatusCode.NotFound)]
    public async Task A_reader_may_follow_and_nobody_without_a_key(string path, HttpStatusCode expected)
    {
        using var nobody = await Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await AssertProblemAsync(nobody, HttpStatusCode.Unauthorized, "key_missing");
        using var reader = Host.NewClient(("Authorization", $"Bearer {Key}"));
        using var response = await reader.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(expected, response.StatusCode);
    }
}
