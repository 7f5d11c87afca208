using System.Runtime.InteropServices;

namespace DurableAgentTasks.FakeAgent;

internal static class Endings
{
    /// <summary>Until a signal ends it.</summary>
    public static int Hang()
    {
        Console.WriteLine($"hanging {Environment.ProcessId}");
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    public static int IgnoreInterrupts()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            Console.WriteLine("interrupt ignored");
        });
        return Hang();
    }

    public static int ExitWhenInterrupted(int exitCode)
    {
        using var interrupted = new ManualResetEventSlim();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            interrupted.Set();
        });
        Console.WriteLine($"hanging {Environment.ProcessId}");
        interrupted.Wait();
        Console.WriteLine("interrupted");
        return exitCode;
    }

    public static int Crash()
    {
        Environment.FailFast("crashed on purpose");
        return 0;
    }
}
