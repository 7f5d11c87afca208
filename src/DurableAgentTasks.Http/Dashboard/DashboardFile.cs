using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace DurableAgentTasks.Http.Dashboard;

/// <summary>One file of the dashboard, as it is built into the assembly.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Type">Its content type.</param>
/// <param name="ETag">Changes with the bytes.</param>
internal sealed record DashboardFile(ReadOnlyMemory<byte> Content, string Type, EntityTagHeaderValue ETag)
{
    /// <summary>What the browser is sent first; the others are those it asks for.</summary>
    public const string Page = "index.html";

    private const string Folder = "Dashboard/";

    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    /// <summary>By name; there are no others, whatever is asked for.</summary>
    public static readonly FrozenDictionary<string, DashboardFile> All =
        typeof(DashboardFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Folder.Length..], Read);

    private static DashboardFile Read(string resource)
    {
        using var stream = typeof(DashboardFile).Assembly.GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16));
        return new(content, Types[Path.GetExtension(resource)], new($"\"{hash}\""));
    }
}
