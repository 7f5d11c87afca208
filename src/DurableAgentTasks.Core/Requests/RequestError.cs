namespace DurableAgentTasks.Core.Requests;

/// <summary>One thing that is wrong with a body.</summary>
/// <param name="Path">Where, such as <c>plan.phases[0].steps[2].timeout</c>; <c>$</c> is the body itself.</param>
/// <param name="Message">What is wrong and how to mend it. Values that may be secret are not in it.</param>
public sealed record RequestError(string Path, string Message);

/// <summary>Collects what is wrong with a body; a body of a million mistakes still has an answer of readable size.</summary>
internal sealed class RequestErrors
{
    private const int MaxListed = 200;

    private readonly List<RequestError> _listed = [];
    private int _unlisted;

    public bool Any => _listed.Count > 0;

    public void Add(string path, string message)
    {
        if (_listed.Count < MaxListed) _listed.Add(new(path, message));
        else _unlisted++;
    }

    public IReadOnlyList<RequestError> ToList() =>
        _unlisted == 0 ? _listed : [.. _listed, new("$", $"{_unlisted:N0} more errors are not listed; mend these first.")];
}
