using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Auth;

/// <summary>Who makes a request.</summary>
/// <param name="Name">The key's name, which timelines show.</param>
/// <param name="Role">What they may do.</param>
internal sealed record Caller(string Name, AccessRole Role)
{
    /// <summary>Whoever uses this machine, while there are no keys.</summary>
    public static readonly Caller Local = new("local", AccessRole.Admin);

    /// <exception cref="InvalidOperationException">Nobody looked who it is: the endpoint runs outside the API's pipeline.</exception>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The caller is not known: use UseTaskApi.");
}
