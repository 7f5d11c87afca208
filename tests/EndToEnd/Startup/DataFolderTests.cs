using System.Diagnostics;
using System.Reflection;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Startup;

/// <summary>Where the data is, nobody has to guess.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dat-e2e-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 120_000)]
    public async Task The_whole_path_is_told_at_the_start()
    {
        var data = Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(_folder.FullName, "data"));
        await using var host = await LocalHostProcess.StartAsync(data, TestContext.Current.CancellationToken);
        Assert.Contains($"The data folder is {_folder.FullName}/data.", host.Output, StringComparison.Ordinal);
    }

    /// <summary>It starts what it runs in this folder, and if there is none where its user stands.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Dotnet_run_starts_it_where_its_user_stands()
    {
        var project = typeof(DataFolderTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "LocalProject").Value!;
        var start = new ProcessStartInfo("dotnet", ["msbuild", project, "-getProperty:RunWorkingDirectory"]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var asked = Process.Start(start)!;
        Assert.Equal("", (await asked.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
        await asked.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, asked.ExitCode);
    }
}
