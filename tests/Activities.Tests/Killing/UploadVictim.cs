using System.Diagnostics;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Activities.Tests.Killing;

/// <summary>This program as a host that takes a checkpoint and is killed at a change of the storage.</summary>
internal static class UploadVictim
{
    public const string Name = "upload-victim";

    private const int Killed = 128 + 9;

    /// <summary>Arguments: folder of the host, connection, folder and container of the storage, checkpoint, change, moment.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var blobs = new KillingBlobStore(
            BlobStores.Open(arguments[1], arguments[2], arguments[3], TimeProvider.System), int.Parse(arguments[5]), Enum.Parse<KillMoment>(arguments[6]));
        var host = new TaskFixture(blobs, folder: arguments[0]);
        var taken = await host.TakeAsync(int.Parse(arguments[4]));
        return taken.Checkpoint is not null ? 0 : throw new InvalidOperationException(taken.Problem);
    }

    /// <returns>Whether it was killed; not, if there are fewer changes.</returns>
    public static bool Run(string host, (string Connection, string Folder, string Container) storage, int checkpoint, int change, KillMoment moment)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, [Name, host, storage.Connection, storage.Folder, storage.Container, $"{checkpoint}", $"{change}", $"{moment}"])
        {
            RedirectStandardError = true, UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode is 0 or Killed, $"{process.ExitCode}: {error}");
        return process.ExitCode == Killed;
    }
}
