using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace DurableAgentTasks.Workspaces.Git;

/// <summary>An object in a file of its own, as git writes it: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage</summary>
internal static class LooseObject
{
    private const int Attempts = 3;
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Takes no process, which costs more than a small object does.</summary>
    /// <param name="store">The folder of the objects.</param>
    /// <param name="algorithm">That the store names its objects by.</param>
    /// <param name="type">blob, commit, tag or tree.</param>
    /// <param name="content">All of it.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="GitException">It could not be written.</exception>
    public static string Write(string store, HashAlgorithmName algorithm, string type, ReadOnlySpan<byte> content)
    {
        byte[] whole = [.. Encoding.ASCII.GetBytes($"{type} {content.Length}\0"), .. content];
        var id = Convert.ToHexStringLower(CryptographicOperations.HashData(algorithm, whole));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Write(Path.Combine(store, id[..2]), id[2..], whole);
                return id;
            }
            catch (DirectoryNotFoundException) when (attempt < Attempts)
            {
                // git removes empty folders while it collects garbage.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new GitException($"The {type} {id} could not be written to {store}: {e.Message}", e);
            }
        }
    }

    private static void Write(string folder, string name, ReadOnlySpan<byte> whole)
    {
        if (!Directory.Exists(folder)) CreateFolder(folder);

        // By this name git removes what a kill leaves.
        var unfinished = Path.Combine(folder, $"tmp_obj_{Guid.NewGuid():n}");
        var file = Create(unfinished);
        try
        {
            using (var stream = new ZLibStream(file, CompressionLevel.Fastest)) stream.Write(whole);
            File.Move(unfinished, Path.Combine(folder, name), overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>With the rights of the store: one that several users share stays so.</summary>
    private static void CreateFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, File.GetUnixFileMode(Path.GetDirectoryName(folder)!));
    }

    private static FileStream Create(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = ReadOnly;
        return new FileStream(file, options);
    }
}
