using DurableAgentTasks.Agents.Discovery;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;

namespace DurableAgentTasks.Agents.Tests.Discovery;

/// <summary>With the real CLIs, where the variable <c>DAT_AGENT_FOLDERS</c> names the folders their programs are in, as a search path.</summary>
public sealed class InstalledAgentTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("claude", "/claude$")]
    [InlineData("codex", "codex-[a-z0-9]+-[a-z0-9]+/vendor/.*/bin/codex$")]
    [InlineData("gemini", "/gemini$")]
    [InlineData("opencode", "/opencode$")]
    [InlineData("copilot", "copilot-[a-z0-9]+-[a-z0-9]+/copilot$")]
    public async Task The_real_CLI_is_found_with_its_version(string name, string program)
    {
        var folders = Environment.GetEnvironmentVariable("DAT_AGENT_FOLDERS");
        Assert.SkipWhen(string.IsNullOrEmpty(folders), $"{name}: set DAT_AGENT_FOLDERS to the folders of the real CLIs.");
        var home = Directory.CreateTempSubdirectory("dat-home-");
        try
        {
            var places = new InstallPlaces(home.FullName, variable => variable == "PATH" ? folders : null);
            var discovery = new AgentDiscovery(DataFolderId.Of(home.FullName), places, TimeProvider.System);
            var profile = AgentProfiles.ByName[name];

            var binary = await discovery.FindAsync(new ConfiguredAgent { Name = name, Profile = profile }, CancellationToken.None);

            Assert.SkipWhen(binary is AgentBinary.Missing, $"{name} is not installed in {folders}.");
            var found = Assert.IsType<AgentBinary.Found>(binary);
            Assert.Null(found.Problem);
            Assert.NotNull(found.Version);
            Assert.Matches(program, found.Path);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}
