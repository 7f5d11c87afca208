namespace DurableAgentTasks.Workspaces.Bundles;

/// <summary>A git bundle with the objects of a snapshot.</summary>
/// <param name="Commit">What it brings.</param>
/// <param name="Basis">The snapshot whose objects must be there already; <see langword="null"/>: it is complete by itself.</param>
/// <param name="Sha256">Of the bundle, 64 hex digits.</param>
/// <param name="Size">Bytes.</param>
public sealed record BundleInfo(string Commit, string? Basis, string Sha256, long Size);

/// <param name="Info">What it must be.</param>
/// <param name="OpenAsync">Opens its bytes; <see langword="null"/> if they are gone.</param>
public sealed record BundlePart(BundleInfo Info, Func<CancellationToken, Task<Stream?>> OpenAsync);

/// <summary>What came of taking bundles in.</summary>
public abstract record UnbundleOutcome
{
    private UnbundleOutcome()
    {
    }

    /// <param name="Commit">Of the last bundle: it can be restored.</param>
    /// <param name="Tree">Its tree.</param>
    public sealed record Unbundled(string Commit, string Tree) : UnbundleOutcome;

    /// <param name="Part">Which one, from 0.</param>
    /// <param name="Reason">For people: missing, cut, altered, or without what it builds on.</param>
    public sealed record Damaged(int Part, string Reason) : UnbundleOutcome;
}
