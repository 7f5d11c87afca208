using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Dashboard;

/// <summary>The page for operators. It holds no data and so needs no key: all it shows it asks the API for.</summary>
internal static class ShowDashboard
{
    // Nothing from elsewhere, nothing inline, no form that is sent, no frame around it: what a task prints stays text.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static IResult HandlePage(HttpContext context)
    {
        // Beneath a prefix that is asked for without its last slash, relative addresses would lead out of it.
        var request = context.Request;
        return request.PathBase.HasValue && !request.Path.HasValue ? Results.LocalRedirect("~/") : Send(DashboardFile.Page, context);
    }

    public static IResult HandleFile(string file, HttpContext context) => Send(file, context);

    public static void DescribePage(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowDashboard", "The dashboard, a web page.", "It asks for no key: the page itself does, when the API does.")
        .Produces<string>(StatusCodes.Status200OK, "text/html")
        .Produces(StatusCodes.Status302Found)
        .Produces(StatusCodes.Status304NotModified)
        .Refuses();

    public static void DescribeFile(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowDashboardFile", "A script or style sheet of the dashboard.")
        .Produces<string>(StatusCodes.Status200OK, "text/javascript", "text/css", "text/html", "image/svg+xml")
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(404);

    private static IResult Send(string name, HttpContext context)
    {
        if (!DashboardFile.All.TryGetValue(name, out var file)) return Refusal.RouteNotFound();
        var headers = context.Response.Headers;

        // Kept, but asked about each time: after an update no old script meets a new page.
        headers.CacheControl = "no-cache";
        headers.ContentSecurityPolicy = Policy;
        headers.XFrameOptions = "DENY";
        return Results.Bytes(file.Content, file.Type, entityTag: file.ETag);
    }
}
