using System.Runtime.Versioning;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Tests.Processes;

public sealed class ProcessTableTests
{
    /// <summary>Both read the same kernel here; macOS has only the second.</summary>
    public static TheoryData<string> Tables => OperatingSystem.IsLinux() ? ["linux", "ps"] : ["ps"];

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Tables))]
    public async Task A_process_shows_its_parent_session_and_tag(string name)
    {
        var table = Table(name);
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Agent("hang"));
        await scope.Output.SaidAsync("hanging");
        var wrapper = process.Record.Pid!.Value;

        var command = Assert.Single(table.List(since: 0), entry => entry.ParentPid == wrapper);
        var others = table.List(since: long.MaxValue);

        Assert.Equal(wrapper, command.Session);
        Assert.Equal(process.Record.Tag, command.Tag);
        Assert.True(table.Find(wrapper)!.LeadsItsSession);
        Assert.All(others, entry => Assert.Null(entry.Tag));
        process.StopNow(new StopCause("test", "seen"));
        await process.Completion;
        Assert.Null(table.Find(command.Id.Pid));
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Tables))]
    public async Task A_process_is_not_signalled_under_another_start_time(string name)
    {
        var table = Table(name);
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Agent("hang"));
        await scope.Output.SaidAsync("hanging");
        var wrapper = table.Find(process.Record.Pid!.Value)!.Id;

        table.SendToGroup(wrapper with { StartTime = wrapper.StartTime + 1000 }, Signal.Kill);
        table.Send(wrapper with { StartTime = wrapper.StartTime + 1000 }, Signal.Kill);
        Assert.Equal(RunState.Alive, process.Folder.Read().State);

        process.StopNow(new StopCause("test", "seen"));
        Assert.Equal(137, (await process.Completion).ExitCode);
    }

    [UnsupportedOSPlatform("windows")]
    [Fact(Timeout = 30_000)]
    public async Task A_name_with_parentheses_and_spaces_is_read()
    {
        await using var scope = new RunScope();
        var program = Path.Combine(scope.DataFolder, "a) R (b");
        File.WriteAllText(program, "#!/bin/sh\necho hanging\nread never </dev/zero\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var process = await scope.StartAsync(scope.Spec(program));
        await scope.Output.SaidAsync("hanging");

        process.StopNow(new StopCause("test", "seen"));

        Assert.Equal("a) R (b", Assert.Single((await process.Completion).Ended).Name);
    }

    private static IProcessTable Table(string name) => name == "ps" ? new PsProcessTable() : new LinuxProcessTable();
}
