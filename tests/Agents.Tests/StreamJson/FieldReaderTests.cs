using System.Text;
using DurableAgentTasks.Agents.StreamJson;

namespace DurableAgentTasks.Agents.Tests.StreamJson;

public sealed class FieldReaderTests
{
    [Theory]
    [InlineData("""{"type":"x"}""")]
    [InlineData("""{ "skipped" : [ "}", {"type":"}\"]"}, [[]], -1.5e3 ] , "type" : "x" }""")]
    [InlineData("""{"skipped":"\\","other":"\"type\":\"y\"","type":"x","last":null}""")]
    [InlineData("""{"ty\u0070e":"x","types":"y","typ":{"type":"z"}}""")]
    public void A_field_is_found_whatever_is_passed_over_before_it(string json) => Assert.Equal(["x"], Read(json, "type"));

    [Theory]
    [InlineData("""{"a":{"b":[{"c":1},{"c":"two"},{"d":3},{"c":{"e":[4]}}]}}""", "a.b[].c", new[] { "1", "two", """{"e":[4]}""" })]
    [InlineData("""{"a":[[1,2],[3]]}""", "a[][]", new[] { "1", "2", "3" })]
    [InlineData("""{"a":1,"a":2}""", "a", new[] { "1", "2" })]
    [InlineData("""{"a":[],"b":{}}""", "a[]", new string[0])]
    [InlineData("""{"a":null}""", "a", new string[0])]
    public void All_values_of_a_path_are_found_in_their_order(string json, string path, string[] values) => Assert.Equal(values, Read(json, path));

    [Theory]
    [InlineData("{")]
    [InlineData("""{"a":1""")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a" 1}""")]
    [InlineData("""{"a":}""")]
    [InlineData("""{"a":maybe}""")]
    [InlineData("""{"a":tru}""")]
    [InlineData("""{"a":"1}""")]
    [InlineData("""{"a":[1}""")]
    [InlineData("""{"a":1}}""")]
    [InlineData("""[{"a":1}]""")]
    [InlineData("")]
    public void What_is_no_object_is_not_read(string json) => Assert.Null(Read(json, "a"));

    [Theory]
    [InlineData("""{"a":"whole","b":[1,2""", new[] { "whole" })]
    [InlineData("""{"b":1,"a":"the begi""", new[] { "the begi" })]
    [InlineData("""{"b":1,"a":12""", new string[0])]
    [InlineData("""{"a":1,"b":"x\""", new[] { "1" })]
    public void Of_a_shortened_object_what_is_there_is_read(string json, string[] values) => Assert.Equal(values, Read(json, "a", shortened: true));

    private static List<string>? Read(string text, string path, bool shortened = false)
    {
        var json = Encoding.UTF8.GetBytes(text);
        var paths = new FieldPaths();
        paths.Add("absent");
        var number = paths.Add(path);
        var reader = new FieldReader(paths);
        if (!reader.TryRead(json, shortened)) return null;
        var values = new List<string>();
        for (var at = reader.First[number]; at >= 0; at = reader.Values[at].Next) values.Add(reader.Values[at].Text(json));
        return values;
    }
}
