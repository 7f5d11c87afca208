namespace DurableAgentTasks.Core.Checkpoints;

/// <summary>What became of a file since the checkpoint before.</summary>
/// <param name="Path">From the top of the work tree, with <c>/</c>; one that is not UTF-8 in double quotes with octal escapes, as git shows it.</param>
/// <param name="Type">Created, modified or deleted.</param>
/// <param name="Hash">SHA-256 of the content (of a symbolic link: of its target), 64 hex digits; <see langword="null"/> of a deleted file or a nested repository.</param>
public sealed record ChangedFile(string Path, FileChange Type, string? Hash);

public enum FileChange
{
    Created,
    Modified,
    Deleted,
}

/// <summary>What a checkpoint does not hold, though it is not ignored.</summary>
/// <param name="Path">As in <see cref="ChangedFile"/>.</param>
/// <param name="Reason">For people, such as <c>larger than 1,073,741,824 bytes</c>.</param>
public sealed record LeftOutFile(string Path, string Reason);

/// <summary>A submodule, or another repository inside the work tree: its commit is noted, its files are its own.</summary>
/// <param name="Path">As in <see cref="ChangedFile"/>.</param>
/// <param name="Commit">Its <c>HEAD</c>.</param>
/// <param name="Dirty">Whether it has changes that are not committed; <see langword="null"/> if that cannot be told.</param>
public sealed record NestedRepository(string Path, string Commit, bool? Dirty);
