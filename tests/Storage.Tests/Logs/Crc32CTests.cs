using System.Numerics;
using DurableAgentTasks.Storage.Logs;

namespace DurableAgentTasks.Storage.Tests.Logs;

public sealed class Crc32CTests
{
    [Fact]
    public void It_is_the_sum_that_others_make() => Assert.Equal(0xE3069283, Crc32C.Of("123456789"u8));

    [Theory]
    [InlineData(0)]
    [InlineData(3 * 1024 - 1)]
    [InlineData(3 * 1024)]
    [InlineData(3 * 1024 + 1)]
    [InlineData(7 * 3 * 1024 + 1001)]
    public void Of_any_length_it_is_that_of_one_byte_after_the_other(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);

        Assert.Equal(~bytes.Aggregate(uint.MaxValue, BitOperations.Crc32C), Crc32C.Of(bytes));
    }
}
