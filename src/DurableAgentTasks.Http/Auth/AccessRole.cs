namespace DurableAgentTasks.Http.Auth;

/// <summary>What an API key may do; each role may do what those before it may.</summary>
public enum AccessRole
{
    /// <summary>Look.</summary>
    Reader,

    /// <summary>Start tasks and lead them.</summary>
    Operator,

    /// <summary>Delete them.</summary>
    Admin,
}
