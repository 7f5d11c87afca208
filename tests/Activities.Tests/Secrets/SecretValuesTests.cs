using DurableAgentTasks.Activities.Secrets;
using Microsoft.Extensions.Configuration;

namespace DurableAgentTasks.Activities.Tests.Secrets;

public sealed class SecretValuesTests
{
    private readonly SecretValues _secrets = new(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Secrets:GITHUB_TOKEN"] = "ghp_0123456789",
        ["Secrets:NPM-TOKEN"] = "npm_0123456789",
        ["Secrets:PIN"] = "123",
        ["Auth:Keys:0"] = "not a secret of tasks",
    }).Build());

    [Fact]
    public void Values_are_found_by_name_also_as_a_key_vault_names_them()
    {
        var found = _secrets.Resolve(["GITHUB_TOKEN", "NPM_TOKEN"]);

        Assert.Equal(new Dictionary<string, string> { ["GITHUB_TOKEN"] = "ghp_0123456789", ["NPM_TOKEN"] = "npm_0123456789" }, found.Values);
        Assert.Empty(found.Missing);
        Assert.Equal("a *** b ***", found.ToMask().Apply("a npm_0123456789 b ghp_0123456789"));
    }

    [Fact]
    public void What_is_missing_is_said_with_where_to_configure_it()
    {
        var errors = _secrets.Missing(["GITHUB_TOKEN", "AWS_KEY", "PIN"]).ToList();

        Assert.Equal(["secrets[1]", "secrets[2]"], errors.Select(error => error.Path));
        Assert.Contains("Secrets__AWS_KEY", errors[0].Message);
        Assert.Contains("shorter than 4", errors[1].Message);
        Assert.Equal(2, _secrets.Resolve(["AWS_KEY", "PIN", "GITHUB_TOKEN"]).Missing.Count);
    }

    [Fact]
    public void A_value_too_short_to_be_masked_is_refused_without_telling_it()
    {
        var error = Assert.Single(_secrets.Validate());

        Assert.StartsWith("Secrets:PIN ", error);
        Assert.DoesNotContain("123", error);
    }

    [Fact]
    public void A_resolution_does_not_print_its_values() => Assert.Equal("1 secrets, 0 missing", _secrets.Resolve(["GITHUB_TOKEN"]).ToString());

    [Fact]
    public void A_name_never_reaches_another_section() => Assert.NotEmpty(_secrets.Missing(["Keys:0", ":Auth:Keys:0"]));
}
