using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Starting;

/// <summary>The W3C trace context of a request; what is no such thing is passed over, as the standard has it.</summary>
internal static class TraceContext
{
    private const int MaxState = 512;

    public static (string? Parent, string? State) Read(IHeaderDictionary headers)
    {
        // Where the host exports its span of the request, that is the parent. One that only logging made has no source, and nobody sees it.
        if (Activity.Current is { Recorded: true, Source.Name.Length: > 0 } span) return (span.Id, span.TraceStateString);
        var parent = headers.TraceParent.ToString();
        var state = headers.TraceState.ToString();
        if (!ActivityContext.TryParse(parent, null, out _)) return (null, null);
        return (parent, state.Length is > 0 and <= MaxState && state.All(c => c is >= ' ' and <= '~') ? state : null);
    }
}
