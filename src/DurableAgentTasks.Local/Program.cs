using DurableAgentTasks.Engine.Journal;
using DurableAgentTasks.Local;
using DurableAgentTasks.Local.Repair;

if (args is ["repair", ..]) return JournalRepairCommand.Run(args[1..]);
try
{
    await LocalHost.Build(args).RunAsync();
    return 0;
}
catch (Exception error) when (error is JournalInUseException or JournalDamagedException or StartRefusedException)
{
    // What an operator can mend is a sentence, not a stack trace.
    Console.Error.WriteLine(error.Message);
    return 1;
}
