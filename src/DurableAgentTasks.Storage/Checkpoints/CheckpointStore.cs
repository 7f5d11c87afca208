using System.Globalization;
using System.Text;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Storage.Checkpoints;

/// <summary>
/// The checkpoints of tasks: a record each, written once with a hash of itself, and the bundle it names, written before it. A record
/// that is there is a checkpoint; a bundle without one is not, and is removed by a later <see cref="PruneAsync"/>.
/// </summary>
public sealed class CheckpointStore(IBlobStore blobs)
{
    /// <summary>The name of the blob for the bundle of a checkpoint.</summary>
    public static string BundleName(TaskId task, int number, CheckpointId id, string sha256) => TaskBlobs.Bundle(task, number, id, sha256);

    /// <summary>Writes the bundle of a checkpoint whose record is not written yet.</summary>
    /// <param name="name">From <see cref="BundleName"/>.</param>
    /// <param name="content">From its present position on.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task WriteBundleAsync(string name, Stream content, CancellationToken cancellationToken) =>
        blobs.TryWriteAsync(name, content, BlobCondition.None, cancellationToken);

    /// <summary>The bytes of a bundle, unverified; <see langword="null"/> if there is no such bundle.</summary>
    public async Task<Stream?> OpenBundleAsync(CheckpointBundle bundle, CancellationToken cancellationToken) =>
        (await blobs.OpenReadAsync(bundle.Name, 0, null, cancellationToken))?.Content;

    /// <summary>
    /// Writes a record, once. Two hosts may have been asked for one checkpoint at once: that with the lower number is the one, whoever looks, and
    /// the other goes; of the same number, the one that was written first is.
    /// </summary>
    /// <param name="checkpoint">Its bundle is stored.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The one.</returns>
    /// <exception cref="IOException">The one is damaged, or gone.</exception>
    public async Task<Checkpoint> WriteAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        // The note first: a checkpoint that is there is found by its id alone too, and one whose record is lost is missed.
        var (task, id) = (checkpoint.TaskId, checkpoint.Id);
        await NoteAsync(task, checkpoint.Number, id, cancellationToken);
        var content = new MemoryStream(CheckpointText.Write(checkpoint), writable: false);
        var isFirst = await blobs.TryWriteAsync(TaskBlobs.Checkpoint(task, checkpoint.Number, id), content, BlobCondition.Absent, cancellationToken) is not null;

        var numbers = (await ListAsync(task, cancellationToken)).Where(name => name.Id == id).Select(name => name.Number).ToList();
        var one = isFirst && numbers.Count <= 1 ? checkpoint : await SettleAsync(task, id, numbers, cancellationToken);
        await DropBundlesAsync(one, cancellationToken);
        return one;
    }

    /// <summary>Whose checkpoint it is, and which, as was noted when it was taken; its record may be damaged or missing.</summary>
    /// <returns><see langword="null"/> if none of this id was taken, or it is not kept any more.</returns>
    public async Task<(TaskId Task, int Number)?> FindNoteAsync(CheckpointId id, CancellationToken cancellationToken)
    {
        await using var reading = await blobs.OpenReadAsync(TaskBlobs.CheckpointNote(id), 0, null, cancellationToken);
        if (reading is null) return null;
        using var reader = new StreamReader(reading.Content, Encoding.ASCII);
        return (await reader.ReadToEndAsync(cancellationToken)).Split('/') is [var name, var digits]
            && TaskId.TryParse(name, out var task)
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? (task, number)
                : null;
    }

    /// <summary>Whether the checkpoint that a request begins with was taken and is kept, whosever it is.</summary>
    /// <returns>What is wrong; <see langword="null"/> if nothing is.</returns>
    public async Task<RequestError?> CheckAsync(TaskRequest request, CancellationToken cancellationToken) =>
        request.CheckpointId is { } wanted && await FindNoteAsync(CheckpointId.Parse(wanted), cancellationToken) is null
            ? new RequestError("checkpointId", $"there is no checkpoint {wanted}, or it is not kept any more: GET /api/tasks/{{id}}/checkpoints lists those of a task.")
            : null;

    /// <summary>The checkpoints of a task by their names alone, in order of their numbers; they may be damaged.</summary>
    public async Task<IReadOnlyList<(int Number, CheckpointId Id)>> ListAsync(TaskId task, CancellationToken cancellationToken)
    {
        var names = new List<(int, CheckpointId)>();
        await foreach (var blob in blobs.ListAsync(TaskBlobs.Checkpoints(task), cancellationToken))
        {
            if (TryParseName(blob.Name, out var number, out var id)) names.Add((number, id));
        }

        return names;
    }

    /// <summary>Whether all bundles of a checkpoint are there and as long as they must be; their bytes are not looked at.</summary>
    public async Task<bool> HasBundlesAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        foreach (var bundle in BundleChain.Of(checkpoint))
        {
            if (await blobs.GetPropertiesAsync(bundle.Name, cancellationToken) is not { } found || found.Length != bundle.Size) return false;
        }

        return checkpoint.Bundle is not null;
    }

    /// <summary>All records of a task; their bundles are not looked at.</summary>
    public async Task<StoredCheckpoints> ReadAllAsync(TaskId task, CancellationToken cancellationToken)
    {
        var whole = new List<Checkpoint>();
        var damaged = new List<DamagedCheckpoint>();
        await foreach (var blob in blobs.ListAsync(TaskBlobs.Checkpoints(task), cancellationToken))
        {
            if (!TryParseName(blob.Name, out var number, out var id)) continue;
            var checkpoint = await ReadRecordAsync(blob.Name, cancellationToken);
            if (checkpoint is not null && checkpoint.TaskId == task && checkpoint.Number == number && checkpoint.Id == id) whole.Add(checkpoint);
            else damaged.Add(new DamagedCheckpoint(number, id, "Its record is not what was written."));
        }

        return new StoredCheckpoints(whole, damaged);
    }

    /// <summary>Whether a checkpoint of this id was taken and is kept; its record may be damaged or missing.</summary>
    public async Task<bool> ExistsAsync(TaskId task, CheckpointId id, CancellationToken cancellationToken) =>
        await NameOfAsync(task, id, cancellationToken) is not null || (await FindNoteAsync(id, cancellationToken))?.Task == task;

    /// <summary>One record; its bundles are not looked at.</summary>
    /// <returns>No checkpoint if there is none of this id, or its record is not what was written: then it is named as damaged.</returns>
    public async Task<WholeCheckpoint> FindAsync(TaskId task, CheckpointId id, CancellationToken cancellationToken) =>
        await NameOfAsync(task, id, cancellationToken) is var (_, number) ? await ReadAsync(task, number, id, cancellationToken) : new WholeCheckpoint(null, []);

    /// <summary>One record by its number too; see <see cref="FindAsync"/>.</summary>
    public async Task<WholeCheckpoint> ReadAsync(TaskId task, int number, CheckpointId id, CancellationToken cancellationToken)
    {
        var checkpoint = await ReadRecordAsync(TaskBlobs.Checkpoint(task, number, id), cancellationToken);
        return checkpoint is not null && checkpoint.TaskId == task && checkpoint.Number == number && checkpoint.Id == id
            ? new WholeCheckpoint(checkpoint, [])
            : new WholeCheckpoint(null, [new DamagedCheckpoint(number, id, "Its record is not what was written.")]);
    }

    /// <summary>The newest checkpoint of the task's work whose record and bundles are all what was written; every byte is read.</summary>
    /// <param name="task">Whose.</param>
    /// <param name="upTo">Not newer than this number; <see langword="null"/>: any.</param>
    /// <param name="taken">One that was taken, for certain: if it has no record, that is missing.</param>
    /// <param name="named">One that counts though it <see cref="Checkpoint.IsRescued"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<WholeCheckpoint> FindWholeAsync(TaskId task, int? upTo, (int Number, CheckpointId Id)? taken, CheckpointId? named, CancellationToken cancellationToken)
    {
        var stored = await ReadAllAsync(task, cancellationToken);
        var verification = new BundleVerification(blobs);
        var refused = stored.Damaged.Where(damaged => damaged.Number <= (upTo ?? int.MaxValue)).ToList();
        if (taken is var (number, id) && !stored.Has(id)) refused.Add(new DamagedCheckpoint(number, id, "Its record is missing."));
        Checkpoint? found = null;
        var counting = stored.Whole.Where(checkpoint => checkpoint.Number <= (upTo ?? int.MaxValue) && (!checkpoint.IsRescued || checkpoint.Id == named));
        foreach (var checkpoint in counting.Reverse())
        {
            if (await verification.FindDamageAsync(checkpoint, cancellationToken) is not { } reason)
            {
                found = checkpoint;
                break;
            }

            refused.Add(new DamagedCheckpoint(checkpoint.Number, checkpoint.Id, reason));
        }

        return new WholeCheckpoint(found, [.. refused.Where(damaged => damaged.Number > (found?.Number ?? 0)).OrderByDescending(damaged => damaged.Number)]);
    }

    /// <summary>Bytes of all bundles of a task.</summary>
    public async Task<long> SizeAsync(TaskId task, CancellationToken cancellationToken) =>
        await blobs.ListAsync(TaskBlobs.Bundles(task), cancellationToken).Select(blob => blob.Length).SumAsync(cancellationToken);

    /// <summary>
    /// Removes the checkpoints that <see cref="CheckpointRetention"/> does not keep, then the bundles that none needs any more. A damaged
    /// one is told of, and takes the place of one that is kept, as long as it is among the latest.
    /// </summary>
    /// <param name="task">Whose.</param>
    /// <param name="bytes">For how many bytes of bundles there is room.</param>
    /// <param name="lastGood">The one a failure goes back to; <see langword="null"/> if there is none.</param>
    /// <param name="cancellationToken">Ends the call; the next one goes on.</param>
    /// <returns>Those that are kept, in order of their numbers.</returns>
    public async Task<IReadOnlyList<Checkpoint>> PruneAsync(TaskId task, long bytes, string? lastGood, CancellationToken cancellationToken)
    {
        var stored = await ReadAllAsync(task, cancellationToken);
        var old = stored.Damaged.Where(damaged => stored.NewerThan(damaged.Number) >= CheckpointRetention.Latest).ToList();
        var kept = CheckpointRetention.Keep(stored.Whole, CheckpointRetention.Most - (stored.Damaged.Count - old.Count), bytes, lastGood);
        var removed = stored.Whole.Except(kept).Select(checkpoint => (checkpoint.Number, checkpoint.Id));
        foreach (var (number, id) in removed.Concat(old.Select(damaged => (damaged.Number, damaged.Id))))
        {
            // The note first: one without a record is of a checkpoint that is missed, and nobody would remove it.
            await blobs.TryDeleteAsync(TaskBlobs.CheckpointNote(id), BlobCondition.None, cancellationToken);
            await blobs.TryDeleteAsync(TaskBlobs.Checkpoint(task, number, id), BlobCondition.None, cancellationToken);
        }

        if (kept.Count == 0) return kept;

        // A bundle newer than every record is one whose record is about to be written.
        var needed = BundleChain.Needed(kept);
        await foreach (var blob in blobs.ListAsync(TaskBlobs.Bundles(task), cancellationToken))
        {
            if (needed.Contains(blob.Name) || !TryParseName(blob.Name, out var of, out _) || of >= kept[^1].Number) continue;
            await blobs.TryDeleteAsync(blob.Name, BlobCondition.None, cancellationToken);
        }

        return kept;
    }

    private async Task<Checkpoint> SettleAsync(TaskId task, CheckpointId id, List<int> numbers, CancellationToken cancellationToken)
    {
        if (numbers.Count == 0) throw new IOException($"Checkpoint {id} was written, and is gone.");
        foreach (var number in numbers.Skip(1)) await blobs.TryDeleteAsync(TaskBlobs.Checkpoint(task, number, id), BlobCondition.None, cancellationToken);
        await NoteAsync(task, numbers[0], id, cancellationToken);
        return (await ReadAsync(task, numbers[0], id, cancellationToken)).Checkpoint ?? throw new IOException($"Checkpoint {numbers[0]} was written by another host, and is damaged or gone.");
    }

    /// <summary>The bundles that interrupted attempts at a checkpoint have left, or another host that took it too.</summary>
    private async Task DropBundlesAsync(Checkpoint written, CancellationToken cancellationToken)
    {
        await foreach (var blob in blobs.ListAsync(TaskBlobs.Bundles(written.TaskId), cancellationToken))
        {
            if (blob.Name != written.Bundle?.Name && TryParseName(blob.Name, out _, out var of) && of == written.Id)
                await blobs.TryDeleteAsync(blob.Name, BlobCondition.None, cancellationToken);
        }
    }

    private async Task NoteAsync(TaskId task, int number, CheckpointId id, CancellationToken cancellationToken) => await blobs.TryWriteAsync(
        TaskBlobs.CheckpointNote(id), new MemoryStream(Encoding.ASCII.GetBytes($"{task}/{number}"), writable: false), BlobCondition.None, cancellationToken);

    private async Task<(string Name, int Number)?> NameOfAsync(TaskId task, CheckpointId id, CancellationToken cancellationToken)
    {
        await foreach (var blob in blobs.ListAsync(TaskBlobs.Checkpoints(task), cancellationToken))
        {
            if (TryParseName(blob.Name, out var number, out var named) && named == id) return (blob.Name, number);
        }

        return null;
    }

    private async Task<Checkpoint?> ReadRecordAsync(string name, CancellationToken cancellationToken)
    {
        await using var reading = await blobs.OpenReadAsync(name, 0, null, cancellationToken);
        if (reading is null) return null;
        var text = new MemoryStream();
        await reading.Content.CopyToAsync(text, cancellationToken);
        return CheckpointText.TryRead(text.GetBuffer().AsSpan(0, (int)text.Length), out var checkpoint) ? checkpoint : null;
    }

    internal static bool TryParseName(string name, out int number, out CheckpointId id)
    {
        id = default;
        number = 0;
        return name[(name.LastIndexOf('/') + 1)..].Split('.') is [var digits, var hex, .. { Length: > 0 }]
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && CheckpointId.TryParse(hex, out id);
    }
}
