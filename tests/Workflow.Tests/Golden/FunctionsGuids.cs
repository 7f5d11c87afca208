using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DurableAgentTasks.Workflow.Tests.Golden;

/// <summary>
/// The ids that Durable Functions makes, which it does not record: a UUID of version 5 of the instance, the time and how many it made before
/// (<c>TaskOrchestrationContextWrapper.NewGuid</c> in https://github.com/microsoft/durabletask-dotnet).
/// </summary>
internal sealed class FunctionsGuids(string instanceId)
{
    private static readonly byte[] Namespace = Guid.Parse("9e952958-5e33-4daf-827f-2fa12937b875").ToByteArray(bigEndian: true);

    private int _made;

    public Guid Next(DateTimeOffset now)
    {
        var name = Encoding.UTF8.GetBytes($"{instanceId}_{now.UtcDateTime:o}_{_made++}");
#pragma warning disable CA5350 // A UUID of version 5 is made with SHA-1.
        var uuid = SHA1.HashData([.. Namespace, .. name]).AsSpan(0, 16);
#pragma warning restore CA5350
        BinaryPrimitives.WriteUInt16BigEndian(uuid[6..], (ushort)((BinaryPrimitives.ReadUInt16BigEndian(uuid[6..]) & 0x0fff) | 0x5000));
        uuid[8] = (byte)((uuid[8] & 0x3f) | 0x80);
        return new Guid(uuid, bigEndian: true);
    }
}
