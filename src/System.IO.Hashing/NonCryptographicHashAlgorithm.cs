namespace System.IO.Hashing;

/// <summary>What the Azure SDK's CRC-64 derives from: the members it overrides and calls, with the library's signatures.</summary>
public abstract class NonCryptographicHashAlgorithm
{
    protected NonCryptographicHashAlgorithm(int hashLengthInBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hashLengthInBytes, 1);
        HashLengthInBytes = hashLengthInBytes;
    }

    public int HashLengthInBytes { get; }

    public abstract void Append(ReadOnlySpan<byte> source);

    public abstract void Reset();

    protected abstract void GetCurrentHashCore(Span<byte> destination);

    public void Append(byte[] source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Append(source.AsSpan());
    }

    public void Append(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var buffer = new byte[4096];
        int read;
        while ((read = stream.Read(buffer)) > 0) Append(buffer.AsSpan(0, read));
    }

    public byte[] GetCurrentHash()
    {
        var hash = new byte[HashLengthInBytes];
        GetCurrentHashCore(hash);
        return hash;
    }

    public int GetCurrentHash(Span<byte> destination)
    {
        if (destination.Length < HashLengthInBytes) throw new ArgumentException("Too short for the hash.", nameof(destination));
        GetCurrentHashCore(destination[..HashLengthInBytes]);
        return HashLengthInBytes;
    }

    public byte[] GetHashAndReset()
    {
        var hash = GetCurrentHash();
        Reset();
        return hash;
    }

    public int GetHashAndReset(Span<byte> destination)
    {
        var written = GetCurrentHash(destination);
        Reset();
        return written;
    }

    protected virtual void GetHashAndResetCore(Span<byte> destination)
    {
        GetCurrentHashCore(destination);
        Reset();
    }
}
