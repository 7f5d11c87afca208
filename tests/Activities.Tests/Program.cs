using DurableAgentTasks.Activities.Tests;
using DurableAgentTasks.Activities.Tests.Killing;

if (args is [UploadVictim.Name, .. var rest]) return await UploadVictim.RunAsync(rest);
return await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
