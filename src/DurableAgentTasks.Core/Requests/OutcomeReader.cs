using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Requests;

/// <summary>Reads who is told about a task, and how its work gets out.</summary>
internal static class OutcomeReader
{
    private static readonly FieldNames WebhookNames = new(
        ["url", "secret", "events"],
        (["uri", "address", "endpoint"], "call it \"url\""),
        (["secretValue", "key", "token"], "write \"secret\" as the name of a secret"));

    private static readonly FieldNames DeliveryNames = new(["branch", "push", "patch"]);

    public static List<WebhookRequest> ReadWebhooks(JsonField field, TaskRequestLimits limits) =>
        [.. field.Items("an array of webhooks", limits.Webhooks).Select(item => ReadWebhook(item, limits))];

    public static DeliveryRequest? ReadDelivery(JsonField field)
    {
        if (field.Object(DeliveryNames) is not { } deliver) return null;
        return new()
        {
            Branch = deliver["branch"].Flag() ?? false,
            Push = deliver["push"].Flag() ?? false,
            Patch = deliver["patch"].Flag() ?? false,
        };
    }

    private static WebhookRequest ReadWebhook(JsonField field, TaskRequestLimits limits)
    {
        if (field.Object(WebhookNames) is not { } webhook) return new("", Secret: null, []);
        var url = ReadUrl(webhook["url"].Required("write the address that is called, such as \"https://example.org/hook\"."), limits);
        var events = webhook["events"]
            .Items("an array of event names", limits.WebhookEvents)
            .Select(item => item.Name(Names.IsEvent, $"the name of an event is {Names.EventRule}") ?? "")
            .ToList();
        return new(url ?? "", ReadSecret(webhook["secret"]), events);
    }

    private static string? ReadUrl(JsonField field, TaskRequestLimits limits)
    {
        if (field.Line(limits.Url) is not { } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
        {
            field.Fail("must be an absolute http or https address, such as \"https://example.org/hook\".");
        }
        else if (url.UserInfo.Length > 0)
        {
            field.Fail("must not contain a user name or password; sign the calls with \"secret\" instead.");
        }
        else
        {
            return text;
        }

        return null;
    }

    private static string? ReadSecret(JsonField field)
    {
        if (field.String("the name of a secret") is not { } name) return null;
        if (Names.IsSecret(name) && !Shown.LooksSecret(name)) return name;
        // Not repeated: it may be the value.
        field.Fail($"must be a name, not a value: {Names.SecretRule}");
        return null;
    }
}
