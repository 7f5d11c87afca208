using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Starting;

/// <summary>The W3C trace context of a request; what is no such thing is passed over, as the standard has it.</summary>
internal static class TraceContext
{
    private const int MaxState = 512;

    public static (string? Parent, string? State) Read(IHeaderDictionary headers)
    {
        var parent = headers.TraceParent.ToString();
        var state = headers.TraceState.ToString();
        if (!ActivityContext.TryParse(parent, null, out _)) return (null, null);
        return (parent, state.Length is > 0 and <= MaxState && state.All(c => c is >= ' ' and <= '~') ? state : null);
    }
}
