using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Agents.Tests.Processes;

public sealed class RunFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dat-run-").FullName;

    private RunFolder Run => new(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_that_does_not_exist_has_not_started() =>
        Assert.Equal(new RunStatus(RunState.NotStarted, null, null), new RunFolder(Path.Combine(_folder, "none")).Read());

    [Fact]
    public void A_record_without_a_process_has_not_started_until_there_is_output()
    {
        Run.Write(Record());
        Assert.Equal(RunState.NotStarted, Run.Read().State);

        File.WriteAllText(Run.StandardOutput, "");
        Assert.Equal(RunState.Vanished, Run.Read().State);
    }

    [Fact]
    public void A_process_of_an_earlier_boot_has_vanished()
    {
        var self = ProcessTable.Current.Find(Environment.ProcessId)!.Id;
        Run.Write(Record() with { Pid = self.Pid, StartTime = self.StartTime });
        Assert.Equal(RunState.Alive, Run.Read().State);

        Run.Write(Record() with { Pid = self.Pid, StartTime = self.StartTime, BootId = "earlier" });
        Assert.Equal(RunState.Vanished, Run.Read().State);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("1", null)]
    [InlineData("137\n", 137)]
    [InlineData("torn\n", null)]
    public void An_exit_status_counts_once_it_is_whole(string text, int? code)
    {
        File.WriteAllText(Path.Combine(_folder, "exit"), text);

        Assert.Equal(code, Run.Read().ExitCode);
    }

    [Fact]
    public void A_torn_record_is_no_record()
    {
        File.WriteAllText(Path.Combine(_folder, "run.json"), "{\"tag\":\"a");

        Assert.Null(Run.Read().Record);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("é")]
    public void A_run_name_is_checked(string run) =>
        Assert.Throws<ArgumentException>(() => RunTag.Create(DataFolderId.Of(_folder), TaskId.Parse("a"), run));

    [Fact]
    public void A_data_folder_is_the_same_by_any_of_its_spellings()
    {
        Assert.Equal(DataFolderId.Of(_folder), DataFolderId.Of(_folder + "/"));
        Assert.Equal(DataFolderId.Of(_folder), DataFolderId.Of(Path.Combine(_folder, "..", Path.GetFileName(_folder))));
        Assert.NotEqual(DataFolderId.Of(_folder), DataFolderId.Of(_folder + "2"));
    }

    private static RunRecord Record() => new()
    {
        Tag = "none/of/these",
        Command = "sh",
        Host = "here",
        BootId = ProcessTable.Current.BootId,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
