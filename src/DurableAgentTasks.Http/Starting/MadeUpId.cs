using System.Security.Cryptography;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Starting;

/// <summary>Ids for tasks whose client gives none: <c>task-</c> and letters and digits that cannot be mistaken for each other.</summary>
internal static class MadeUpId
{
    // Crockford's base 32: without i, l, o and u.
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static TaskId Random() => From(RandomNumberGenerator.GetBytes(10), 10);

    /// <param name="bytes">At least one for each character.</param>
    /// <param name="characters">How many; each carries 5 bits.</param>
    public static TaskId From(ReadOnlySpan<byte> bytes, int characters)
    {
        Span<char> text = stackalloc char[characters];
        for (var i = 0; i < characters; i++) text[i] = Alphabet[bytes[i] & 31];
        return TaskId.Parse($"task-{text}");
    }
}
