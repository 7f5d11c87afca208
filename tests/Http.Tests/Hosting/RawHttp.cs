using System.Net.Sockets;
using System.Text;

namespace DurableAgentTasks.Http.Tests.Hosting;

/// <summary>Sends bytes that no client library would, and reads the status and body of the answer.</summary>
internal static class RawHttp
{
    /// <param name="host">Where to.</param>
    /// <param name="request">As it goes over the wire; it should say <c>Connection: close</c>.</param>
    /// <param name="hangUp">Whether no more is to come, also if the request says there is.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>0 if the connection was closed without an answer.</returns>
    public static async Task<(int Status, string Text)> SendAsync(Uri host, string request, bool hangUp, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host.Host, host.Port, cancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), cancellationToken);
        if (hangUp) client.Client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, cancellationToken);
        }
        catch (IOException)
        {
            // Reset after the answer.
        }

        var text = Encoding.UTF8.GetString(answer.ToArray());
        return (text.Length < 12 ? 0 : int.Parse(text.AsSpan(9, 3)), text);
    }
}
