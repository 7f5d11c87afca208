using System.Net;
using System.Text;
using System.Text.Json;

namespace DurableAgentTasks.Cli.Tests.Hosting;

/// <summary>A host that answers as a test says, in order, and notes what it was asked; and the program that speaks to it.</summary>
internal sealed class ScriptedHost : HttpMessageHandler
{
    private readonly Queue<Func<HttpResponseMessage>> _answers = [];

    public List<Asked> Requests { get; } = [];

    public ScriptedHost Answers(string json, HttpStatusCode status = HttpStatusCode.OK, string type = "application/json")
    {
        _answers.Enqueue(() => new HttpResponseMessage(status) { Content = new StringContent(json, Encoding.UTF8, type) });
        return this;
    }

    public ScriptedHost Streams(string events) => Answers(events.ReplaceLineEndings("\n"), type: "text/event-stream");

    public ScriptedHost HasNothingMore() => Answers("", HttpStatusCode.NoContent);

    public ScriptedHost IsGone()
    {
        _answers.Enqueue(() => throw new HttpRequestException("Connection refused"));
        return this;
    }

    public ScriptedHost Refuses(HttpStatusCode status, string problem) => Answers(problem, status, "application/problem+json");

    /// <summary>Runs the program with these arguments, separated by spaces.</summary>
    public Task<Ended> RunAsync(string arguments) => RunAsync(arguments.Split(' '));

    public async Task<Ended> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await CommandLine.RunAsync(arguments, output, error, this);
        return new Ended(exitCode, output.ToString(), error.ToString());
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value));
        Requests.Add(new Asked($"{request.Method} {request.RequestUri}", body, headers));
        return _answers.Dequeue()();
    }
}

/// <summary>A request: method and address, body and headers.</summary>
internal sealed record Asked(string Line, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonElement.Parse(Body);
}

internal sealed record Ended(int ExitCode, string Output, string Error);
