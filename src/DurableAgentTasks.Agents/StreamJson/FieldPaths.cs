using System.Text;

namespace DurableAgentTasks.Agents.StreamJson;

/// <summary>
/// The paths of the fields that are wanted of an object, as a tree, so that one pass finds them all. A path is names joined by dots;
/// <c>[]</c> after a name stands for each element of an array: <c>message.content[].text</c>.
/// </summary>
internal sealed class FieldPaths
{
    private readonly Dictionary<string, int> _numbers = [];

    public Node Root { get; } = new([]);

    /// <summary>How many there are; they are numbered from 0.</summary>
    public int Count => _numbers.Count;

    /// <summary>The number by which the values of a path are found; the same path has the same number.</summary>
    public int Add(string path)
    {
        if (_numbers.TryGetValue(path, out var number)) return number;
        var node = Root;
        foreach (var name in path.Replace("[]", ".[]", StringComparison.Ordinal).Split('.'))
            node = name == "[]" ? node.Element ??= new Node([]) : node.Child(Encoding.UTF8.GetBytes(name));
        node.Path = number = _numbers.Count;
        _numbers.Add(path, number);
        return number;
    }

    internal sealed class Node(byte[] name)
    {
        /// <summary>By the length of their names, so that a name nobody wants is seldom compared with one that is.</summary>
        private Node[][] _children = [];

        public int? Path { get; set; }

        public Node? Element { get; set; }

        public bool HasChildren => _children.Length > 0;

        /// <param name="property">A name as it stands between its quotes.</param>
        /// <param name="escaped">Whether it has escapes.</param>
        public Node? Find(ReadOnlySpan<byte> property, bool escaped)
        {
            if (escaped) property = Encoding.UTF8.GetBytes(JsonText.Decode(property));
            if (property.Length >= _children.Length) return null;
            foreach (var child in _children[property.Length])
            {
                if (property.SequenceEqual(child.Name)) return child;
            }

            return null;
        }

        private byte[] Name { get; } = name;

        public Node Child(byte[] named)
        {
            if (Find(named, escaped: false) is { } known) return known;
            var added = new Node(named);
            while (_children.Length <= named.Length) _children = [.. _children, []];
            _children[named.Length] = [.. _children[named.Length], added];
            return added;
        }
    }
}
