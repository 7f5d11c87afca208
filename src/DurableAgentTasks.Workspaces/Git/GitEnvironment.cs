namespace DurableAgentTasks.Workspaces.Git;

/// <summary>
/// What git sees: nothing of the environment of this process but where programs are, no configuration of the system or the user,
/// no hooks, no prompts, no background work, no network, messages in English.
/// </summary>
internal static class GitEnvironment
{
    private static readonly string[] Inherited = ["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot", "PATHEXT", "LD_LIBRARY_PATH"];

    private static readonly (string Key, string Value)[] Configuration =
    [
        ("core.hooksPath", "/dev/null"),
        ("core.fsmonitor", "false"),
        ("core.attributesFile", "/dev/null"),
        ("commit.gpgSign", "false"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        ("submodule.recurse", "false"),
        ("fetch.recurseSubmodules", "false"),
        ("protocol.ext.allow", "never"),
        ("advice.detachedHead", "false"),
        // The service's user need not own the folder; nothing of its configuration that runs a program is in force.
        ("safe.directory", "*"),
    ];

    /// <summary>Of git that talks to another machine: one that does not answer must not hold a task for ever.</summary>
    /// <param name="operators">What the operator adds, such as credentials.</param>
    public static IReadOnlyDictionary<string, string> Remote(IReadOnlyDictionary<string, string> operators)
    {
        Dictionary<string, string> variables = new()
        {
            // Below 1,000 bytes a second for a minute.
            ["GIT_HTTP_LOW_SPEED_LIMIT"] = "1000",
            ["GIT_HTTP_LOW_SPEED_TIME"] = "60",
            ["GIT_ALLOW_PROTOCOL"] = "file:git:http:https:ssh",
            ["GIT_NO_LAZY_FETCH"] = "0",
            ["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=20 -o ServerAliveCountMax=3",
        };
        foreach (var name in (string[])["HOME", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) variables[name] = value;
        }

        foreach (var (name, value) in operators) variables[name] = value;
        return Create(variables);
    }

    /// <param name="more">Variables beside these; a later one of the same name counts.</param>
    public static IReadOnlyDictionary<string, string> Create(params IEnumerable<KeyValuePair<string, string>> more)
    {
        var variables = new Dictionary<string, string>
        {
            ["LC_ALL"] = "C",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_ATTR_NOSYSTEM"] = "1",
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_ASKPASS"] = "true",
            ["SSH_ASKPASS"] = "true",
            ["GIT_OPTIONAL_LOCKS"] = "0",
            ["GIT_PAGER"] = "cat",
            // In a repository that was cloned in part git would fetch what it misses, whoever asks for it.
            ["GIT_ALLOW_PROTOCOL"] = "none",
            ["GIT_NO_LAZY_FETCH"] = "1",
            ["GIT_CONFIG_COUNT"] = $"{Configuration.Length}",
        };
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) variables[name] = value;
        }

        for (var i = 0; i < Configuration.Length; i++)
        {
            variables[$"GIT_CONFIG_KEY_{i}"] = Configuration[i].Key;
            variables[$"GIT_CONFIG_VALUE_{i}"] = Configuration[i].Value;
        }

        foreach (var (name, value) in more) variables[name] = value;
        return variables;
    }
}
