using System.Text;

namespace DurableAgentTasks.Workspaces.Bundles;

/// <summary>The text before the pack of a bundle: https://git-scm.com/docs/gitformat-bundle.</summary>
internal static class BundleHeader
{
    private const int Sha256Digits = 64;
    private const int MaxLength = 4096;

    public static byte[] Write(string commit, string? basis, string name)
    {
        var format = commit.Length == Sha256Digits ? "# v3 git bundle\n@object-format=sha256\n" : "# v2 git bundle\n";
        var prerequisite = basis is null ? "" : $"-{basis} the snapshot before\n";
        return Encoding.ASCII.GetBytes($"{format}{prerequisite}{commit} {name}\n\n");
    }

    /// <summary>Reads to where the pack begins.</summary>
    /// <returns>The name of the ref; <see langword="null"/> if these are not the bytes of a bundle for that commit.</returns>
    public static string? Skip(Stream bundle, string commit)
    {
        string? name = null;
        var line = new StringBuilder();
        for (var length = 0; length < MaxLength; length++)
        {
            var one = bundle.ReadByte();
            if (one < 0) return null;
            if (one != '\n')
            {
                line.Append((char)one);
                continue;
            }

            if (line.Length == 0) return name;
            if (line.ToString().StartsWith($"{commit} ", StringComparison.Ordinal)) name = line.ToString(commit.Length + 1, line.Length - commit.Length - 1);
            line.Clear();
        }

        return null;
    }
}
