using Azure;

namespace DurableAgentTasks.Storage.Blobs;

/// <summary>Tells what a storage (or a disk) that does not work throws from mistakes of ours.</summary>
public static class StorageFault
{
    /// <summary>Whether an operator can mend it, such as a full disk, missing rights, or an account that cannot be reached.</summary>
    public static bool Is(Exception error) => error switch
    {
        IOException or UnauthorizedAccessException or RequestFailedException => true,

        // After its last retry the SDK throws all its failures together.
        AggregateException all => all.InnerExceptions.Count > 0 && all.InnerExceptions.All(Is),
        _ => false,
    };

    /// <summary>What went wrong, in a sentence; the SDK's own messages go on for lines.</summary>
    public static string Say(Exception error) => (error is AggregateException all ? all.InnerExceptions[^1] : error).Message.Split('\n')[0].Trim();
}
