using System.Buffers;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>What one life of an attempt says, as it comes, and what its end means.</summary>
internal abstract class StepReading(StepRunFolder life)
{
    private const int ChunkBytes = 256 * 1024;

    private long _read;

    public StepRunFolder Life { get; } = life;

    /// <summary>The first sign of life has come.</summary>
    public virtual bool HasBegun => true;

    /// <summary>Why it is not worth going on, though the process does.</summary>
    public virtual StepFailure? Broken => null;

    /// <summary>It has said that it is done, and only has to end.</summary>
    public virtual bool HasFinished => false;

    /// <summary>Whether the attempt goes on in another life although this one ended by itself.</summary>
    public virtual bool IsWorthAnotherLife(StepOutcome end) => false;

    /// <summary>The session an agent works in.</summary>
    public virtual string? SessionId => null;

    /// <summary>
    /// Takes standard output, in whatever pieces the log takes it: what the log knows from an earlier life is read from the file, what
    /// it takes a second time is passed over.
    /// </summary>
    public void See(ReadOnlySpan<byte> chunk, long offsetAfter)
    {
        var begins = offsetAfter - chunk.Length;
        if (begins > _read) ReadFile(begins);
        if (offsetAfter <= _read) return;
        Take(chunk[(int)(_read - begins)..]);
        _read = offsetAfter;
    }

    /// <summary>Takes what there is by now, which the log of an adopted run may know already.</summary>
    public void CatchUp() => ReadFile(long.MaxValue);

    /// <summary>The run is over: its output file is whole.</summary>
    public void Complete()
    {
        CatchUp();
        TakeEnd();
    }

    /// <param name="exitCode"><see langword="null"/> if nobody saw the end.</param>
    public abstract StepOutcome Ended(int? exitCode);

    /// <summary>The next bytes of standard output.</summary>
    protected virtual void Take(ReadOnlySpan<byte> bytes)
    {
    }

    protected virtual void TakeEnd()
    {
    }

    private void ReadFile(long until)
    {
        var path = Life.Folder.PathOf(OutputStream.StandardOutput);
        if (!File.Exists(path)) return;
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (_read < until && RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, until - _read)), _read) is > 0 and var count)
            {
                Take(buffer.AsSpan(0, count));
                _read += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
