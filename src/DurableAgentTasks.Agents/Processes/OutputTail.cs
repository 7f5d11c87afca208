using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace DurableAgentTasks.Agents.Processes;

public enum OutputStream
{
    StandardOutput,
    StandardError,
}

/// <summary>Takes output as it comes. The tail reads on when it returns; the command never waits for it.</summary>
/// <param name="stream">Of which stream.</param>
/// <param name="chunk">Valid until the sink returns; empty at the end.</param>
/// <param name="offsetAfter">Where the next chunk begins; a later life resumes there.</param>
/// <param name="end">Nothing follows.</param>
/// <param name="cancellationToken">The tail was given up.</param>
public delegate ValueTask OutputSink(
    OutputStream stream, ReadOnlyMemory<byte> chunk, long offsetAfter, bool end, CancellationToken cancellationToken);

/// <summary>
/// Follows one growing output file. It polls: one look at the length, at first every millisecond and, while nothing comes, ever more
/// seldom up to <see cref="LongestInterval"/>. File watchers are a scarce resource (128 inotify instances to a Linux user), wake for
/// every write, are late on macOS and deaf on network folders; a poll is the same everywhere and its cost does not depend on the writer.
/// A file that was truncated (a command that opens <c>/dev/stderr</c> does so) is read again from its beginning.
/// </summary>
/// <param name="stream">Which stream it is.</param>
/// <param name="path">Its file; need not exist yet.</param>
/// <param name="offset">Where to begin: 0, or the last offset a sink has seen.</param>
/// <param name="sink">Where it goes.</param>
/// <param name="time">For the intervals.</param>
public sealed class OutputTail(OutputStream stream, string path, long offset, OutputSink sink, TimeProvider time)
{
    /// <summary>The largest chunk, in bytes. A buffer is held only while there is something to read.</summary>
    internal const int LargestChunk = 1024 * 1024;

    internal static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(1);
    internal static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(50);

    private long _offset = offset;

    /// <summary>Delivers until <paramref name="runEnded"/> has completed and the file is read to its end, then the end. What the sink throws ends it.</summary>
    /// <param name="runEnded">Completes when nobody writes any more, such as <see cref="SupervisedProcess.Completion"/>.</param>
    /// <param name="cancellationToken">Gives the tail up.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task RunAsync(Task runEnded, CancellationToken cancellationToken)
    {
        SafeFileHandle? file = null;
        try
        {
            var interval = ShortestInterval;
            while (true)
            {
                // Asked before the read: then all that was written before the end is read.
                var last = runEnded.IsCompleted;
                file ??= Open();
                var delivered = file is not null && await DeliverAsync(file, cancellationToken);
                if (last) break;
                if (delivered) interval = ShortestInterval;
                await Task.WhenAny(Task.Delay(interval, time, cancellationToken), runEnded);
                cancellationToken.ThrowIfCancellationRequested();
                interval = interval * 2 < LongestInterval ? interval * 2 : LongestInterval;
            }

            await sink(stream, ReadOnlyMemory<byte>.Empty, _offset, end: true, cancellationToken);
        }
        finally
        {
            file?.Dispose();
        }
    }

    private SafeFileHandle? Open() =>
        File.Exists(path) ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;

    /// <summary>
    /// Reads to what is the end when it begins, and no further: a fast writer would otherwise be read in ever smaller pieces, each of
    /// which costs as much to store as a large one.
    /// </summary>
    private async ValueTask<bool> DeliverAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        var length = RandomAccess.GetLength(file);
        if (length < _offset) _offset = 0;
        if (length == _offset) return false;

        var buffer = ArrayPool<byte>.Shared.Rent(LargestChunk);
        try
        {
            while (_offset < length && RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - _offset)), _offset) is > 0 and var read)
            {
                await sink(stream, buffer.AsMemory(0, read), _offset + read, end: false, cancellationToken);
                _offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return true;
    }
}
