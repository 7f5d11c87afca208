using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Functions.Hosting;
using DurableAgentTasks.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

if (StepWatchdogProcess.IsAskedFor(args))
{
    await StepWatchdogProcess.RunAsync(args);
    return 0;
}

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    builder.AddServices();

    // The end of the app ends the steps that run.
    using var app = builder.Build();
    await app.Services.GetRequiredService<FunctionsStartup>().RunAsync(CancellationToken.None);
    await app.RunAsync();
    return 0;
}
catch (Exception error) when (error is StartRefusedException or OptionsValidationException or IOException or UnauthorizedAccessException)
{
    // What an operator can mend is a sentence, not a stack trace.
    Console.Error.WriteLine(error.Message);
    return 1;
}
