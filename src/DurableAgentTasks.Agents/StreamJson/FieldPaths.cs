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
        private readonly List<Node> _children = [];

        public int? Path { get; set; }

        public Node? Element { get; set; }

        public bool HasChildren => _children.Count > 0;

        /// <param name="property">A name as it stands between its quotes.</param>
        public Node? Find(ReadOnlySpan<byte> property)
        {
            if (property.Contains((byte)'\\')) property = Encoding.UTF8.GetBytes(JsonText.Decode(property));
            foreach (var child in _children)
            {
                if (property.SequenceEqual(child.Name)) return child;
            }

            return null;
        }

        private byte[] Name { get; } = name;

        public Node Child(byte[] named)
        {
            if (_children.Find(node => node.Name.AsSpan().SequenceEqual(named)) is { } known) return known;
            var added = new Node(named);
            _children.Add(added);
            return added;
        }
    }
}
