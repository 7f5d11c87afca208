using System.Security.Cryptography;

namespace DurableAgentTasks.Workspaces.Git;

internal static class ObjectId
{
    private const int Sha1Digits = 40;
    private const int Sha256Digits = 64;

    public static HashAlgorithmName Algorithm(string id) => id.Length == Sha256Digits ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;

    /// <summary>A whole one: no name, no abbreviation, nothing that git could take for an option.</summary>
    public static bool IsValid(string text) => text.Length is Sha1Digits or Sha256Digits && text.All(char.IsAsciiHexDigitLower);
}
