using DurableAgentTasks.Engine.Journal.Compaction;

namespace DurableAgentTasks.Engine.Journal.Records;

/// <summary>Where an ended stream lies in its archive.</summary>
/// <param name="Archive">The file; <see langword="null"/> only in a default value.</param>
/// <param name="Offset">Of its first frame.</param>
/// <param name="Length">Of all its frames, in bytes.</param>
/// <param name="NextIndex">The index its next record gets, should it begin again.</param>
internal readonly record struct ArchivedStream(Archive Archive, long Offset, long Length, uint NextIndex);
