using System.Net;
using System.Text.RegularExpressions;
using DurableAgentTasks.Http.Dashboard;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Dashboard;

public sealed partial class DashboardTests : ApiTest
{
    private const string Prefix = "/tasks-of/us";
    private const int Enough = 5_000;

    public static TheoryData<string> Addresses => [.. DashboardFile.All.Keys.Select(name => $"/dashboard/{name}"), "/"];

    protected override Action<IServiceCollection>? Services => services => services.AddSingleton<IStartupFilter>(new Mounted());

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Every_file_has_its_type_and_is_kept_only_as_long_as_it_is_the_same(string address)
    {
        using var first = await Client.GetAsync(address, Cancellation);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(TypeOf(address), first.Content.Headers.ContentType?.ToString());
        Assert.True(first.Headers.CacheControl!.NoCache);
        Assert.False(first.Headers.CacheControl.NoStore);
        Assert.False(first.Headers.ETag!.IsWeak);

        using var again = await SendAsync(HttpMethod.Get, address, ("If-None-Match", first.Headers.ETag.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Cancellation));
        using var other = await SendAsync(HttpMethod.Get, address, ("If-None-Match", "\"another\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Nothing_from_elsewhere_runs_or_is_shown_and_nobody_frames_it(string address)
    {
        using var response = await Client.GetAsync(address, Cancellation);
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            Header(response, "Content-Security-Policy"));
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(response, "Referrer-Policy"));
        Assert.Equal("DENY", Header(response, "X-Frame-Options"));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Head_answers_as_get_without_a_body_and_other_methods_are_refused(string address)
    {
        using var get = await Client.GetAsync(address, Cancellation);
        using var head = await SendAsync(HttpMethod.Head, address);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal((get.Headers.ETag, get.Content.Headers.ContentLength), (head.Headers.ETag, head.Content.Headers.ContentLength));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
        using var post = await SendAsync(HttpMethod.Post, address);
        await AssertProblemAsync(post, HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.Equal(["GET", "HEAD"], post.Content.Headers.Allow.Order());
    }

    [Theory]
    [InlineData("/dashboard")]
    [InlineData("/dashboard/nothing.js")]
    [InlineData("/dashboard/App.js")]
    [InlineData("/dashboard/..%2fTaskApi.cs")]
    [InlineData("/dashboard/css/theme.css")]
    public async Task What_is_not_one_of_its_files_is_not_found(string address)
    {
        using var response = await Client.GetAsync(address, Cancellation);
        await AssertProblemAsync(response, HttpStatusCode.NotFound, "route_not_found");
    }

    [Fact]
    public async Task The_page_has_no_script_style_or_listener_in_it_and_needs_only_its_own_files()
    {
        var page = await Client.GetStringAsync("/", Cancellation);
        Assert.DoesNotMatch(InlineCode(), page);
        Assert.DoesNotContain("<style", page, StringComparison.OrdinalIgnoreCase);
        var needed = Reference().Matches(page).Select(match => match.Groups["address"].Value)
            .Where(address => !address.StartsWith('#') && !address.StartsWith("data:", StringComparison.Ordinal))
            .ToList();
        Assert.Contains("dashboard/app.js", needed);
        Assert.All(needed, address => Assert.True(DashboardFile.All.ContainsKey(address.Replace("dashboard/", "", StringComparison.Ordinal)), address));
    }

    [Fact]
    public async Task Scripts_import_only_each_other_each_is_used_and_none_makes_markup_of_a_text()
    {
        var scripts = new Dictionary<string, string>();
        foreach (var name in DashboardFile.All.Keys.Where(name => name.EndsWith(".js", StringComparison.Ordinal)))
        {
            scripts[name] = await Client.GetStringAsync($"/dashboard/{name}", Cancellation);
        }

        var imported = scripts.Values.SelectMany(script => Import().Matches(script)).Select(match => match.Groups["script"].Value).Distinct();
        Assert.Equal(scripts.Keys.Order(), imported.Append("app.js").Order());
        Assert.All(scripts, script => Assert.DoesNotMatch(Markup(), script.Value));
    }

    [Fact]
    public async Task It_works_beneath_a_prefix()
    {
        using var bare = await Client.GetAsync(Prefix, Cancellation);
        Assert.Equal((HttpStatusCode.Redirect, $"{Prefix}/"), (bare.StatusCode, bare.Headers.Location?.ToString()));
        var page = await Client.GetStringAsync($"{Prefix}/", Cancellation);
        Assert.Equal(page, await Client.GetStringAsync("/", Cancellation));
        foreach (Match match in Reference().Matches(page)) Assert.False(match.Groups["address"].Value.StartsWith('/'), match.Value);
        Assert.NotEmpty(await Client.GetStringAsync($"{Prefix}/dashboard/app.js", Cancellation));
    }

    [GeneratedRegex("""<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:""", RegexOptions.IgnoreCase, Enough)]
    private static partial Regex InlineCode();

    [GeneratedRegex("""(src|href)="(?<address>[^"]*)"[^>]*>""", RegexOptions.ExplicitCapture, Enough)]
    private static partial Regex Reference();

    [GeneratedRegex("""from '\./(?<script>[a-z]+\.js)'""", RegexOptions.ExplicitCapture, Enough)]
    private static partial Regex Import();

    [GeneratedRegex("""innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|https?://[a-z]""", RegexOptions.None, Enough)]
    private static partial Regex Markup();

    private static string TypeOf(string address) => Path.GetExtension(address) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        _ => "text/html; charset=utf-8",
    };

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, address);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request, Cancellation);
    }

    private sealed class Mounted : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app => next(app.UsePathBase(Prefix));
    }
}

/// <summary>A host with keys gives the page to anybody: it has no data in it.</summary>
public sealed class DashboardAccessTests : ApiTest
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Auth:Keys:me:Key"] = "0123456789abcdef0123456789abcdef", ["Auth:Keys:me:Role"] = "admin",
    };

    [Fact]
    public async Task The_page_needs_no_key_and_what_it_shows_does()
    {
        Assert.Contains("<main", await Client.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
        Assert.NotEmpty(await Client.GetStringAsync("/dashboard/app.js", Cancellation));
        using var tasks = await Client.GetAsync("/api/tasks", Cancellation);
        await AssertProblemAsync(tasks, HttpStatusCode.Unauthorized, "key_missing");
        using var unknown = await Client.GetAsync("/dashboard/nothing.js", Cancellation);
        await AssertProblemAsync(unknown, HttpStatusCode.NotFound, "route_not_found");
    }
}

/// <summary>A host without keys keeps pages of others out, from the dashboard too.</summary>
public sealed class DashboardOriginTests : ApiTest
{
    [Theory]
    [InlineData("Host", "example.org", HttpStatusCode.MisdirectedRequest, "foreign_host")]
    [InlineData("Origin", "http://example.org", HttpStatusCode.Forbidden, "foreign_origin")]
    public async Task It_is_given_to_this_machine_only(string header, string value, HttpStatusCode status, string code)
    {
        using var client = Host.NewClient((header, value));
        using var response = await client.GetAsync("/", Cancellation);
        await AssertProblemAsync(response, status, code);
    }
}
