using System.Globalization;
using DurableAgentTasks.Core.Tasks;
using Microsoft.DurableTask.Client;

namespace DurableAgentTasks.Functions.Durable;

/// <summary>
/// Pages of instances, newest first. Azure Storage keeps them by their ids and knows no other order, so each page is chosen from all that
/// match; only their headers are read for it.
/// </summary>
internal static class NewestFirst
{
    private const int LargestPage = 1_000;

    private static readonly Comparer<(DateTimeOffset CreatedAt, string Id)> Oldest = Comparer<(DateTimeOffset CreatedAt, string Id)>.Create(
        (one, other) => one.CreatedAt != other.CreatedAt ? one.CreatedAt.CompareTo(other.CreatedAt) : string.CompareOrdinal(one.Id, other.Id));

    /// <exception cref="ArgumentOutOfRangeException"><see cref="InstanceQuery.Top"/> is outside 1 to 1,000.</exception>
    /// <exception cref="FormatException">The continuation token is not one that a page gave.</exception>
    public static async Task<InstancePage> PageAsync(DurableTaskClient client, InstanceQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Top, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Top, LargestPage, nameof(query));
        (DateTimeOffset CreatedAt, string Id)? before = query.ContinuationToken is { } token ? Read(token) : null;
        var newest = new SortedList<(DateTimeOffset CreatedAt, string Id), OrchestrationMetadata>(query.Top + 2, Oldest);
        await foreach (var found in client.GetAllInstancesAsync(FilterOf(query, before)).WithCancellation(cancellationToken))
        {
            var key = (found.CreatedAt, found.InstanceId);
            if (before is { } last && Oldest.Compare(key, last) >= 0) continue;
            if (!StorageFilter.Matches(query, found.RuntimeStatus)) continue;
            newest[key] = found;

            // One more than a page tells that another follows.
            if (newest.Count > query.Top + 1) newest.RemoveAt(0);
        }

        var page = newest.Reverse().Take(query.Top).ToList();
        var instances = await Task.WhenAll(page.Select(entry => ShowAsync(client, entry.Value, query.Payloads, cancellationToken)));
        return new InstancePage([.. instances.OfType<OrchestrationInstance>()], newest.Count > query.Top ? Write(page[^1].Key) : null);
    }

    private static async Task<OrchestrationInstance?> ShowAsync(
        DurableTaskClient client, OrchestrationMetadata found, bool payloads, CancellationToken cancellationToken) =>
        DurableFunctionsTaskClient.View(payloads ? await client.GetInstanceAsync(found.InstanceId, true, cancellationToken) : found, payloads);

    // A second more: the storage may round.
    private static OrchestrationQuery FilterOf(InstanceQuery query, (DateTimeOffset CreatedAt, string Id)? before) => StorageFilter.Of(
        before is { } last && !(query.CreatedTo < last.CreatedAt) ? query with { CreatedTo = last.CreatedAt.AddSeconds(1) } : query);

    private static string Write((DateTimeOffset CreatedAt, string Id) last) => FormattableString.Invariant($"{last.CreatedAt.UtcTicks:x}-{last.Id}");

    private static (DateTimeOffset CreatedAt, string Id) Read(string token)
    {
        var parts = token.Split('-', 2);
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ticks)
            && ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks
                ? (new DateTimeOffset(ticks, TimeSpan.Zero), parts[1])
                : throw new FormatException("The continuation token is not one that a page gave. Begin again without it.");
    }
}
