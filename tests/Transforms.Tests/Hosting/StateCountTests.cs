using HybridRec.MLNet.Hosting;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Hosting;

/// <summary>Whoever writes a state may repair its checksum: what it declares is not believed.</summary>
public sealed class StateCountTests
{
    [Theory]
    [InlineData(2, 4, true)]
    [InlineData(3, 4, false)]
    [InlineData(-1, 4, false)]
    [InlineData(int.MaxValue, 1, false)]
    public void Read_MoreThanTheRestCanHold_IsRefused(int count, int bytesEach, bool fits)
    {
        using BinaryReader reader = State(writer =>
        {
            writer.Write(count);
            writer.Write(new byte[8]);
        });
        if (fits)
            Assert.Equal(count, StateCount.Read(reader, bytesEach));
        else
            Assert.Contains(
                "8 bytes are left", Assert.Throws<EndOfStreamException>(() => StateCount.Read(reader, bytesEach)).Message,
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(int.MaxValue, 1)]
    [InlineData(1, int.MaxValue)]
    [InlineData(-1, 1)]
    public void Graph_ImpossibleCounts_AreRefused(int users, int items)
    {
        using BinaryReader reader = State(writer =>
        {
            writer.Write(users);
            writer.Write(items);
            writer.Write(0);
        });
        Assert.Throws<EndOfStreamException>(() => GraphIo.Read(reader));
    }

    [Fact]
    public void Fuse_ImpossibleInputs_AreRefused()
    {
        using BinaryReader many = State(writer =>
        {
            writer.Write("Features");
            writer.Write(int.MaxValue);
        });
        Assert.Throws<EndOfStreamException>(() => FuseTransformer.ReadState(new MLContext(seed: 1), many));
        using BinaryReader role = State(writer =>
        {
            writer.Write("Features");
            writer.Write(1);
            writer.Write((byte)99);
            writer.Write("UserGraph");
        });
        Assert.Contains(
            "role 99", Assert.Throws<FormatException>(() => FuseTransformer.ReadState(new MLContext(seed: 1), role)).Message,
            StringComparison.Ordinal);
    }

    private static BinaryReader State(Action<BinaryWriter> write)
    {
        var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
            write(writer);
        bytes.Position = 0;
        return new BinaryReader(bytes);
    }
}
