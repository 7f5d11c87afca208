using DurableAgentTasks.Cli;

return await CommandLine.RunAsync(args, Console.Out, Console.Error, handler: null);
