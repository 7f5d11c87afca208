using System.Text.Json;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.AspNetCore.Routing;

namespace DurableAgentTasks.Http.Tests.Documentation;

public sealed class TaskApiDocumentTests : ApiTest
{
    [Fact]
    public async Task The_document_and_the_route_table_have_the_same_operations()
    {
        var document = await GetJsonAsync("/openapi.json");

        var described = Operations(document).Select(operation => $"{operation.Method} {operation.Path}").Order().ToList();
        var routed = Host.Endpoints
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(method => $"{method} {endpoint.RoutePattern.RawText}"))
            .Where(route => !route.StartsWith("HEAD", StringComparison.Ordinal))
            .Order()
            .ToList();
        Assert.Equal(routed, described);
        Assert.Equal(43, routed.Count);
    }

    [Fact]
    public async Task Every_operation_says_what_it_answers_and_what_its_problems_look_like()
    {
        foreach (var (_, path, operation) in Operations(await GetJsonAsync("/openapi.json")))
        {
            var responses = operation.GetProperty("responses").EnumerateObject().ToDictionary(response => response.Name, response => response.Value);
            Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
            Assert.NotEmpty(operation.GetProperty("operationId").GetString()!);
            Assert.Contains(responses.Keys, status => status[0] == '2');
            foreach (var status in new[] { "401", "403", "421", "500", "503" }) Assert.Contains(status, responses.Keys);
            foreach (var (status, response) in responses.Where(response => response.Key[0] is '4' or '5'))
            {
                if (path == "/readyz" && status == "503") continue;
                var schema = response.GetProperty("content").GetProperty("application/problem+json").GetProperty("schema");
                Assert.Equal("#/components/schemas/Problem", schema.GetProperty("$ref").GetString());
            }

            if (path.Contains("{id}", StringComparison.Ordinal)) Assert.Contains("404", responses.Keys);
            if (operation.TryGetProperty("requestBody", out _)) Assert.Contains("413", responses.Keys);
        }
    }

    [Theory]
    [InlineData("POST", "/api/tasks", "202 400 401 403 409 413 415 421 422 429 500 503")]
    [InlineData("GET", "/api/tasks/{id}", "200 202 304 401 403 404 421 500 503")]
    [InlineData("POST", "/api/tasks/{id}/pause", "202 400 401 403 404 409 410 413 415 421 500 503")]
    [InlineData("POST", "/api/tasks/{id}/resume", "202 400 401 403 404 409 410 413 415 421 500 503")]
    [InlineData("POST", "/api/tasks/{id}/extend", "202 400 401 403 404 409 410 413 415 421 500 503")]
    [InlineData("POST", "/api/tasks/{id}/approve", "202 400 401 403 404 409 410 413 415 421 500 503")]
    [InlineData("POST", "/api/tasks/{id}/reject", "202 400 401 403 404 409 410 413 415 421 500 503")]
    [InlineData("POST", "/api/tasks/{id}/checkpoints", "202 400 401 403 404 409 410 413 415 421 500 503")]
    [InlineData("POST", "/api/tasks/{id}/cancel", "202 400 401 403 404 409 410 413 415 421 500 503")]
    [InlineData("GET", "/", "200 302 304 401 403 421 500 503")]
    [InlineData("GET", "/dashboard/{file}", "200 304 401 403 404 421 500 503")]
    [InlineData("GET", "/api/durable/instances/{id}", "200 202 400 401 403 404 421 500 503")]
    [InlineData("POST", "/api/durable/instances/{id}/raiseEvent/{eventName}", "202 400 401 403 404 410 413 421 500 503")]
    [InlineData("POST", "/api/durable/instances/{id}/terminate", "202 400 401 403 404 410 421 500 503")]
    [InlineData("DELETE", "/api/durable/instances/{id}", "200 401 403 404 412 421 500 503")]
    public async Task The_status_codes_are_those_of_the_contract(string method, string path, string expected)
    {
        var (_, _, operation) = Operations(await GetJsonAsync("/openapi.json")).Single(operation => operation.Method == method && operation.Path == path);
        Assert.Equal(expected, string.Join(' ', operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order()));
    }

    [Fact]
    public async Task Every_parameter_the_list_knows_is_described()
    {
        var (_, _, list) = Operations(await GetJsonAsync("/openapi.json")).Single(operation => operation is { Method: "GET", Path: "/api/tasks" });
        Assert.Equal(
            ["agent", "agentId", "continuationToken", "from", "state", "to", "top"],
            list.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()!).Order());
    }

    [Fact]
    public async Task Schemas_are_those_of_the_json_that_is_written()
    {
        var schemas = (await GetJsonAsync("/openapi.json")).GetProperty("components").GetProperty("schemas");

        Assert.Contains("executing", schemas.GetProperty("TaskState").GetProperty("enum").EnumerateArray().Select(name => name.GetString()));
        var total = schemas.GetProperty("TaskDurations").GetProperty("properties").GetProperty("total");
        Assert.Equal(("string", "duration"), (total.GetProperty("type").GetString(), total.GetProperty("format").GetString()));
        Assert.Equal(["kind", "title"], schemas.GetProperty("Step").GetProperty("required").EnumerateArray().Select(name => name.GetString()!).Order());
        await StartAsync("t");
        var task = await GetJsonAsync("/api/tasks/t", System.Net.HttpStatusCode.Accepted);
        Assert.Equal(
            task.EnumerateObject().Select(field => field.Name).Order(),
            schemas.GetProperty("TaskView").GetProperty("properties").EnumerateObject().Select(field => field.Name).Order());
    }

    [Fact]
    public async Task Every_reference_in_the_document_leads_somewhere()
    {
        using var response = await Client.GetAsync("/openapi.json", Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        var schemas = JsonSerializer.Deserialize<JsonElement>(text).GetProperty("components").GetProperty("schemas");
        foreach (var name in text.Split("\"#/components/schemas/").Skip(1).Select(rest => rest[..rest.IndexOf('"', StringComparison.Ordinal)]))
        {
            Assert.True(schemas.TryGetProperty(name, out _), name);
        }
    }

    private static IEnumerable<(string Method, string Path, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);
}
