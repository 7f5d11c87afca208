using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Http.Tests.Auth;

public sealed class AuthOptionsTests
{
    [Fact]
    public async Task Every_mistake_in_the_keys_is_named_at_once_and_no_key_is_repeated()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => ApiHost.StartAsync(new Dictionary<string, string?>
        {
            ["Auth:Keys:short:Key"] = "hunter2", ["Auth:Keys:short:Role"] = "admin",
            ["Auth:Keys:bad name:Key"] = "hunter2-hunter2-hunter2", ["Auth:Keys:bad name:Role"] = "king",
            ["Auth:Keys:twin:Key"] = "hunter2-hunter2-hunter2", ["Auth:Keys:twin:Role"] = "reader",
            ["Auth:LinkLifetime"] = "00:00:10",
        }));

        Assert.Equal(5, error.Failures.Count());
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:7071", true)]
    [InlineData("http://127.8.9.1:80", true)]
    [InlineData("http://localhost:7071", true)]
    [InlineData("https://[::1]:7071", true)]
    [InlineData("http://unix:/tmp/dat.sock", true)]
    [InlineData("http://0.0.0.0:7071", false)]
    [InlineData("http://[::]:7071", false)]
    [InlineData("http://*:7071", false)]
    [InlineData("http://+:80", false)]
    [InlineData("http://192.168.1.5:80", false)]
    [InlineData("http://localhost.example.com:80", false)]
    [InlineData("http://myhost", false)]
    [InlineData("nonsense", false)]
    public void Without_keys_only_loopback_may_be_listened_at(string address, bool allowed)
    {
        var error = BindingCheck.ErrorFor(new AuthOptions(), ["http://127.0.0.1:1", address]);

        Assert.Equal(allowed, error is null);
        if (error is not null) Assert.Contains("Auth__Keys__", error, StringComparison.Ordinal);
    }

    [Fact]
    public void With_keys_any_address_may_be_listened_at()
    {
        var auth = new AuthOptions { Keys = { ["me"] = new() { Key = "k", Role = "admin" } } };
        Assert.Null(BindingCheck.ErrorFor(auth, ["http://+:80"]));
    }
}
