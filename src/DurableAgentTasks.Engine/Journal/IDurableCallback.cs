namespace DurableAgentTasks.Engine.Journal;

/// <summary>Told when a record is on the disk.</summary>
internal interface IDurableCallback
{
    void OnDurable();
}
