using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using DurableAgentTasks.Core.Tasks;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Starting;

/// <summary>What a client calls one start by, so that it can be sent again safely.</summary>
internal readonly record struct IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public const int MaxLength = 255;

    private IdempotencyKey(string value) => Value = value;

    public string Value { get; }

    /// <summary>The id of a task that has no other: the same on every machine.</summary>
    public TaskId ToTaskId() => MadeUpId.From(SHA256.HashData(Encoding.ASCII.GetBytes($"idempotency-key:{Value}")), 20);

    /// <param name="headers">Of the request; quotes around the key are optional (it is a structured field in the draft).</param>
    /// <param name="key"><see langword="null"/> if there is none.</param>
    /// <param name="error">What is wrong with it.</param>
    public static bool TryRead(IHeaderDictionary headers, out IdempotencyKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        error = null;
        if (!headers.TryGetValue(Header, out var values)) return true;
        var text = values is [{ } single] ? Unquote(single.Trim()) : "";
        if (text.Length is 0 or > MaxLength || text.Any(c => c is < ' ' or > '~'))
        {
            error = $"must be there once, with 1 to {MaxLength} printable ASCII characters, such as a UUID.";
            return false;
        }

        key = new(text);
        return true;
    }

    private static string Unquote(string text) =>
        text is ['"', .. var inner, '"']
            ? inner.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            : text;
}
