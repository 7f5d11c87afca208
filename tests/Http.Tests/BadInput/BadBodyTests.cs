using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.BadInput;

[Collection(nameof(Alone))]
public sealed class BadBodyTests : ApiTest
{
    [Theory]
    [InlineData("", 1, 0)]
    [InlineData("   ", 1, 4)]
    [InlineData("{", 1, 2)]
    [InlineData("{\"agent\": \"shell\",}", 1, 19)]
    [InlineData("{\n  \"agent\": shell\n}", 2, 12)]
    [InlineData("{} {}", 1, 4)]
    [InlineData("{\"a\": 01}", 1, 8)]
    [InlineData("{'a': 1}", 1, 2)]
    [InlineData("// comment\n{}", 1, 1)]
    [InlineData("NaN", 1, 1)]
    [InlineData("{\"a\": \"\\x\"}", 1, 9)]
    [InlineData("{\"a\": \"tab\there\"}", 1, 11)]
    public async Task Malformed_json_is_refused_with_its_place(string json, int line, int position)
    {
        using var response = await PostAsync("/api/tasks", json);

        var problem = await AssertProblemAsync(response, HttpStatusCode.BadRequest, "malformed_json");
        if (position > 0) Assert.StartsWith($"Line {line}, byte {position}:", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("{\"agent\": \"shell\", \"agent\": \"shell\"}")]
    [InlineData("{\"agent\": \"\\ud800\"}")]
    [InlineData("{\"\\ud800\": 1}")]
    [InlineData("{\"id\": \"../etc\", \"agent\": {}, \"plan\": [], \"workspace\": 1e999}")]
    public async Task Json_that_is_no_start_is_refused_with_all_that_is_wrong(string json)
    {
        using var response = await PostAsync("/api/tasks", json);

        var problem = await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_request");
        Assert.NotEmpty(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(0, Host.Engine.Starts);
    }

    [Fact]
    public async Task Deep_json_is_refused()
    {
        using var response = await PostAsync("/api/tasks", new string('[', 100_000) + new string(']', 100_000));
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "malformed_json");
    }

    [Theory]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xC3, (byte)'"', (byte)':', (byte)'1', (byte)'}' })]
    [InlineData(new byte[] { (byte)'{', (byte)'\n', 0xFF, (byte)'}' })]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'{', 0, (byte)'}', 0 })]
    [InlineData(new byte[] { (byte)'"', 0xED, 0xA0, 0x80, (byte)'"' })]
    [InlineData(new byte[] { 0, 0, 0 })]
    public async Task What_is_no_utf8_is_refused(byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/json");
        using var response = await Client.PostAsync("/api/tasks", content, Cancellation);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "malformed_json");
    }

    [Fact]
    public async Task A_byte_order_mark_does_no_harm()
    {
        using var content = new ByteArrayContent([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Body("bom"))]);
        content.Headers.ContentType = new("application/json");
        using var response = await Client.PostAsync("/api/tasks", content, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/jsonp")]
    [InlineData("nonsense")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Other_content_types_are_refused(string? type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body()));
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var response = await Client.PostAsync("/api/tasks", content, Cancellation);
        await AssertProblemAsync(response, HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Theory]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("APPLICATION/JSON")]
    [InlineData("application/vnd.task+json")]
    public async Task Json_by_any_of_its_names_is_taken(string type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body()));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await Client.PostAsync("/api/tasks", content, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_50_MB_is_refused_without_being_read(bool chunked)
    {
        var body = new CountingStream(50_000_000);
        using var content = new StreamContent(body, 16_384);
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentLength = chunked ? null : body.Length;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        var before = GC.GetTotalAllocatedBytes();
        using var response = await Client.SendAsync(request, Cancellation);

        var problem = await AssertProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        Assert.Contains("4,194,304", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 30_000_000);
    }

    [Fact]
    public async Task A_body_of_just_4_MiB_is_read()
    {
        var body = Body("large");
        using var response = await PostAsync("/api/tasks", body + new string(' ', (4 * 1024 * 1024) - body.Length));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    /// <summary>Spaces without end, made as they are read.</summary>
    private sealed class CountingStream(long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - Position);
            buffer.AsSpan(offset, read).Fill((byte)' ');
            Position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
