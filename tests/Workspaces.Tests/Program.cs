using DurableAgentTasks.Workspaces.Tests;
using DurableAgentTasks.Workspaces.Tests.Killing;

if (args is [Victim.Name, .. var rest]) return await Victim.RunAsync(rest);
return await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
