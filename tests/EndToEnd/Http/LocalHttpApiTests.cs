using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Contracts.Http;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Http;

/// <summary>The contract of the API on the real local host: the embedded engine, real processes.</summary>
public sealed class LocalHttpApiTests(LocalHttpApiTests.RunningHost host) : HttpApiContract, IClassFixture<LocalHttpApiTests.RunningHost>
{
    protected override HttpClient Client => host.Http;

    protected override string Workspace => host.Workspace;

    /// <summary>One host for all of it.</summary>
    public sealed class RunningHost : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();
        private LocalHostProcess? _host;

        public HttpClient Http => _host!.Http;

        public string Workspace => Directory.CreateDirectory(Path.Combine(_folder.Path, "workspace")).FullName;

        public async ValueTask InitializeAsync() =>
            _host = await LocalHostProcess.StartAsync(Path.Combine(_folder.Path, "data"), TestContext.Current.CancellationToken);

        public async ValueTask DisposeAsync()
        {
            // As a service manager does, so that the steps that still run are ended.
            await _host!.StopAsync(CancellationToken.None);
            await _host.DisposeAsync();
            _folder.Dispose();
        }
    }
}
