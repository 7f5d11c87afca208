using DurableAgentTasks.Agents.Discovery;
using DurableAgentTasks.Agents.Profiles;

namespace DurableAgentTasks.Agents.Tests.Discovery;

public sealed class AgentDiscoveryTests : IDisposable
{
    private readonly DiscoveryScope _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory(Timeout = 30_000)]
    [InlineData(".local/bin")]
    [InlineData(".npm-global/bin")]
    [InlineData(".claude/local")]
    [InlineData(".bun/bin")]
    [InlineData(".volta/bin")]
    [InlineData(".nvm/versions/node/v22.1.0/bin")]
    public async Task A_program_is_found_in_the_folders_that_installers_use(string folder)
    {
        var path = _machine.Program($"home/{folder}/claude");

        Assert.Equal(new AgentBinary.Found(path, "1.2.3"), await _machine.FindAsync(AgentProfiles.Claude));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_search_path_comes_first()
    {
        _machine.Program("home/.local/bin/claude", "echo 1.0.0");
        var path = _machine.Program("path/claude", "echo 2.0.0");

        Assert.Equal(new AgentBinary.Found(path, "2.0.0"), await _machine.FindAsync(AgentProfiles.Claude));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_operator_s_search_path_stands_in_for_that_of_the_host()
    {
        _machine.Program("path/claude", "echo 1.0.0");
        _machine.Program("other/claude", "echo 2.0.0");
        var agent = DiscoveryScope.Agent(AgentProfiles.Claude) with { Environment = new Dictionary<string, string> { ["PATH"] = _machine.PathOf("other") } };

        var found = await _machine.Discovery.FindAsync(agent, CancellationToken.None);

        Assert.Equal("2.0.0", Assert.IsType<AgentBinary.Found>(found).Version);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_newest_node_and_the_prefixes_of_npm_are_looked_through()
    {
        _machine.Program("home/.nvm/versions/node/v9.0.0/bin/codex", "echo 9.0.0");
        _machine.Program("home/.nvm/versions/node/v20.0.0/bin/codex", "echo 20.0.0");
        var newest = await _machine.FindAsync(AgentProfiles.Codex);
        _machine.Program("prefix/bin/codex", "echo 1.0.1");
        File.WriteAllText(_machine.PathOf("home/.npmrc"), $"color = false\nprefix = {_machine.PathOf("prefix")}\n");
        var configured = await _machine.FindAsync(AgentProfiles.Codex);
        _machine.Program("variable/bin/codex", "echo 1.0.2");
        _machine["NPM_CONFIG_PREFIX"] = _machine.PathOf("variable");
        var variable = await _machine.FindAsync(AgentProfiles.Codex);

        Assert.Equal(["20.0.0", "1.0.1", "1.0.2"], new[] { newest, configured, variable }.Select(found => ((AgentBinary.Found)found).Version));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_absolute_path_is_looked_at_alone()
    {
        _machine.Program("path/claude");

        var missing = Assert.IsType<AgentBinary.Missing>(await _machine.FindAsync(AgentProfiles.Claude, _machine.PathOf("opt/claude")));

        Assert.Equal([_machine.PathOf("opt/claude")], missing.Tried);
        Assert.Contains("Agents:Profiles:claude:Command", missing.HowToInstall);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_missing_says_where_it_was_sought_and_how_to_install_it()
    {
        Directory.CreateDirectory(_machine.PathOf("path/codex"));
        File.WriteAllText(_machine.PathOf("path/gemini"), "not executable");

        var codex = Assert.IsType<AgentBinary.Missing>(await _machine.FindAsync(AgentProfiles.Codex));
        var parrot = Assert.IsType<AgentBinary.Missing>(await _machine.FindAsync(AgentProfiles.Generic, "parrot-that-nobody-has"));

        Assert.Equal(_machine.PathOf("path/codex"), codex.Tried[0]);
        Assert.Contains(_machine.PathOf("home/.local/bin/codex"), codex.Tried);
        Assert.Contains("npm install -g @openai/codex", codex.HowToInstall);
        Assert.StartsWith("Install 'parrot-that-nobody-has'", parrot.HowToInstall);
        Assert.IsType<AgentBinary.Missing>(await _machine.FindAsync(AgentProfiles.Gemini));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("lib/node_modules/codex/node_modules/codex-native/bin/codex")] // npm install -g
    [InlineData("lib/node_modules/codex-native/bin/codex")] // npm install
    public async Task The_program_behind_the_script_of_a_package_is_preferred(string native)
    {
        var profile = AgentProfiles.Codex with { Package = new AgentPackage("codex", "codex-native/bin/codex{exe}") };
        _machine.Program("lib/node_modules/codex/bin/codex.js", "echo 1.0.0");
        var link = _machine.Link("path/codex", "../lib/node_modules/codex/bin/codex.js");
        var script = await _machine.FindAsync(profile);
        var program = _machine.Program(native, "echo 2.0.0");

        Assert.Equal(new AgentBinary.Found(link, "1.0.0"), script);
        Assert.Equal(new AgentBinary.Found(program, "2.0.0"), await _machine.FindAsync(profile));
    }

    [Fact]
    public void A_script_gets_the_node_that_it_was_installed_beside_unless_there_is_one()
    {
        var script = _machine.Program("nvm/bin/gemini");
        Assert.Null(SearchPath.WithNodeBeside(script, "/nowhere"));
        _machine.Program("nvm/bin/node");
        _machine.Program("path/node");

        Assert.Equal($"/nowhere:{_machine.PathOf("nvm/bin")}", SearchPath.WithNodeBeside(script, "/nowhere"));
        Assert.Null(SearchPath.WithNodeBeside(script, $"/nowhere:{_machine.PathOf("path")}"));
    }
}
