using System.CommandLine;

namespace DurableAgentTasks.Cli.Commands;

/// <summary>Fetches what is no JSON, byte for byte.</summary>
internal static class Download
{
    public static Option<string?> Output(string otherwise) => new("--output", "-o") { Description = $"The file to write. {otherwise}", HelpName = "file" };

    /// <param name="session">The host.</param>
    /// <param name="path">At the host.</param>
    /// <param name="file">Where to; <see langword="null"/> prints it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<int> RunAsync(Session session, string path, string? file, CancellationToken cancellationToken)
    {
        await using var content = await session.Api.OpenAsync(path, cancellationToken);
        if (file is null)
        {
            await session.WriteRawAsync(content, cancellationToken);
            return ExitCode.Done;
        }

        try
        {
            await using var target = new FileStream(file, FileMode.Create, FileAccess.Write);
            await content.CopyToAsync(target, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(ExitCode.Failed, $"{file} cannot be written: {error.Message}");
        }

        session.Say($"Written to {file}.");
        return ExitCode.Done;
    }
}
