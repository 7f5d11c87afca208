using DurableAgentTasks.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Functions.Hosting;

/// <summary>The API's endpoint table and guards behind the one HTTP function.</summary>
public sealed class TaskApiPipeline(IServiceProvider services)
{
    private readonly RequestDelegate _pipeline = new ApplicationBuilder(services).UseTaskApi().Build();

    public Task RunAsync(HttpContext context)
    {
        // The endpoint so far is the function itself; the table finds its own.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        return _pipeline(context);
    }
}
