using System.Diagnostics;

namespace DurableAgentTasks.FakeAgent;

/// <summary>Descendants that leave the group, the session or the family. Each says "hanging" with its pid.</summary>
internal static class Children
{
    private static readonly string Self = Environment.ProcessPath!;

    public static int InItsOwnSession()
    {
        using var child = Process.Start("setsid", [Self, "hang"]);
        return Endings.Hang();
    }

    public static int DoubleForked()
    {
        using var parent = Process.Start("/bin/sh", ["-c", "(setsid \"$0\" hang &)", Self]);
        parent.WaitForExit();
        return Endings.Hang();
    }

    /// <summary>Ends by itself while a child goes on.</summary>
    public static int LeaveBehind()
    {
        using var child = Process.Start(Self, ["hang"]);
        return 0;
    }
}
