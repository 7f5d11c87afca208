using System.Security.Cryptography;

namespace DurableAgentTasks.Workspaces.Git;

internal static class ObjectId
{
    private const int Sha1Digits = 40;
    private const int Sha256Digits = 64;

    public static HashAlgorithmName Algorithm(string id) => id.Length == Sha256Digits ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;

    public static HashAlgorithmName AlgorithmOf(string format) => format == "sha256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;

    /// <summary>As git names it: sha1 or sha256.</summary>
    public static string Format(string id) => id.Length == Sha256Digits ? "sha256" : "sha1";

    /// <summary>Whether it is the tree that has nothing in it.</summary>
    public static bool IsEmptyTree(string id) => Convert.ToHexStringLower(CryptographicOperations.HashData(Algorithm(id), "tree 0\0"u8)) == id;

    /// <summary>A whole one: no name, no abbreviation, nothing that git could take for an option.</summary>
    public static bool IsValid(string text) => text.Length is Sha1Digits or Sha256Digits && text.All(char.IsAsciiHexDigitLower);
}
