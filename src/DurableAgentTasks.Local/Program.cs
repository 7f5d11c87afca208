using DurableAgentTasks.Engine.Journal;
using DurableAgentTasks.Local;

try
{
    // The end of the app disposes the engine, which ends the steps that run.
    await using var app = LocalHost.Build(args);
    await app.Services.GetRequiredService<LocalStartup>().RunAsync(CancellationToken.None);
    await app.RunAsync();
    return 0;
}
catch (Exception error) when (error is JournalInUseException or JournalDamagedException or StartRefusedException)
{
    // What an operator can mend is a sentence, not a stack trace.
    Console.Error.WriteLine(error.Message);
    return 1;
}
