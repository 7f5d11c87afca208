using DurableAgentTasks.Engine.Journal;
using DurableAgentTasks.Hosting;
using DurableAgentTasks.Local;
using DurableAgentTasks.Local.Repair;
using Microsoft.Extensions.Options;

if (HostArguments.AskForHelp(args))
{
    Console.WriteLine(HostArguments.Help);
    return 0;
}

if (args is ["repair", ..]) return RepairCommand.Run(args[1..], Console.Out, Console.Error);
if (HostArguments.ErrorIn(args) is { } mistake)
{
    Console.Error.WriteLine(mistake);
    return 2;
}

try
{
    // The end of the app disposes the engine, which ends the steps that run.
    await using var app = LocalHost.Build(args);
    await app.Services.GetRequiredService<LocalStartup>().RunAsync(CancellationToken.None);
    await app.RunAsync();
    return 0;
}
catch (Exception error) when (
    error is StartRefusedException or JournalInUseException or JournalDamagedException or OptionsValidationException
        or IOException or UnauthorizedAccessException or FormatException)
{
    // What an operator can mend, such as an address in use or a folder that may not be written, is a sentence, not a stack trace.
    Console.Error.WriteLine(error.Message);
    return 1;
}
