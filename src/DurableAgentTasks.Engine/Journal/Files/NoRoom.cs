namespace DurableAgentTasks.Engine.Journal.Files;

/// <summary>Tells a full disk from a failing one.</summary>
internal static class NoRoom
{
    // .NET gives the system's own number as HResult, except where reserving space fails: there it is that of IOException.
    private const int UnixNoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int Reservation = unchecked((int)0x80131620);

    public static IOException Translate(IOException exception) =>
        exception.HResult is UnixNoSpace or LinuxQuota or MacQuota or WindowsDiskFull or WindowsHandleDiskFull
            ? new DiskFullException(exception)
            : exception;

    /// <param name="exception">What making a file of a given length threw.</param>
    public static IOException TranslateCreation(IOException exception) =>
        exception.HResult == Reservation ? new DiskFullException(exception) : Translate(exception);
}
