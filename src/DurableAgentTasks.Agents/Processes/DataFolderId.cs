using System.Security.Cryptography;
using System.Text;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// Tells the processes of one data folder from those of another: 16 hex digits of its full path. A copied folder has another path,
/// so a copy of our data never claims our processes.
/// </summary>
public readonly record struct DataFolderId
{
    private DataFolderId(string value) => Value = value;

    public string Value { get; }

    public static DataFolderId Of(string dataFolder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder));
        return new DataFolderId(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, 8)));
    }

    public override string ToString() => Value;
}
