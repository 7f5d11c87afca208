using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Contracts.Http;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Http;

/// <summary>
/// The contract of the API on a real host with real processes: the local one, or whichever runs at the address that
/// <c>dotnet run build.cs -- contract --url URL</c> gives.
/// </summary>
public sealed class LocalHttpApiTests(LocalHttpApiTests.RunningHost host) : HttpApiContract, IClassFixture<LocalHttpApiTests.RunningHost>
{
    protected override HttpClient Client => host.Http;

    protected override string Workspace => host.Workspace;

    /// <summary>One host for all of it.</summary>
    public sealed class RunningHost : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();
        private readonly HttpClient? _given = GivenHost.Connect();
        private LocalHostProcess? _local;

        public HttpClient Http => _given ?? _local!.Http;

        public string Workspace => GivenHost.Workspace ?? Directory.CreateDirectory(Path.Combine(_folder.Path, "workspace")).FullName;

        public async ValueTask InitializeAsync()
        {
            if (_given is null) _local = await LocalHostProcess.StartAsync(Path.Combine(_folder.Path, "data"), TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            _given?.Dispose();
            if (_local is not null)
            {
                // As a service manager does, so that the steps that still run are ended.
                await _local.StopAsync(CancellationToken.None);
                await _local.DisposeAsync();
            }

            _folder.Dispose();
        }
    }
}
