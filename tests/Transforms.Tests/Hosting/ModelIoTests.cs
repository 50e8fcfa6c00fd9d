using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Hosting;

public sealed class ModelIoTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _rows;

    public ModelIoTests() => _rows = Checkerboard.View(_ml, Checkerboard.TrainRows);

    [Fact]
    public void SaveLoad_SubModels_ComeBackInOrder()
    {
        ITransformer builtIn = _ml.Transforms.Conversion.MapValueToKey("User").Fit(_rows);
        var inner = new ProbeTransformer(_ml, 3, new ProbeTransformer(_ml, 4));
        var loaded = (ProbeTransformer)ModelBytes.Load(Save(new ProbeTransformer(_ml, 2, builtIn, inner)), out _);
        Assert.Equal(2, loaded.Factor);
        Assert.Equal(2, loaded.Children.Count);
        Assert.Equal(ViewRows.Read(builtIn.Transform(_rows)), ViewRows.Read(loaded.Children[0].Transform(_rows)));
        var second = (ProbeTransformer)loaded.Children[1];
        Assert.Equal(3, second.Factor);
        Assert.Equal(4, ((ProbeTransformer)second.Children.Single()).Factor);
    }

    [Fact]
    public void Load_AnyByteOfTheStateChanged_IsInvalidData()
    {
        byte[] saved = Save(new ProbeTransformer(_ml, 2));
        int length = ModelBytes.Entries(saved).Single(entry => IsState(entry.Key)).Value.Length;
        for (int i = 0; i < length; i++)
            LoadFails(ModelBytes.Edit(saved, IsState, content => Flipped(content, i)));
    }

    [Fact]
    public void Load_StateTruncatedAnywhere_IsInvalidData()
    {
        byte[] saved = Save(new ProbeTransformer(_ml, 2));
        int length = ModelBytes.Entries(saved).Single(entry => IsState(entry.Key)).Value.Length;
        for (int i = 0; i < length; i++)
            LoadFails(ModelBytes.Edit(saved, IsState, content => content[..i]));
    }

    [Fact]
    public void Load_BytesAfterTheState_IsInvalidData() =>
        Assert.Contains(
            "followed by bytes",
            LoadFails(ModelBytes.Edit(Save(new ProbeTransformer(_ml, 2)), IsState, content => [.. content, 0])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Load_ZipTruncatedAnywhere_Throws()
    {
        byte[] saved = Save(new ProbeTransformer(_ml, 2));
        for (int length = 0; length < saved.Length; length += 7)
            Assert.ThrowsAny<Exception>(() => ModelBytes.Load(saved[..length], out _));
    }

    [Fact]
    public void Load_NewerVersion_SaysWhatIsReadable()
    {
        string message = LoadFails(Save(new ProbeTransformer(_ml, 2) { SavedVersion = 3 })).Message;
        Assert.Contains($"'{ProbeTransformer.StateKind}' has version 3", message, StringComparison.Ordinal);
        Assert.Contains("reads 1 to 2", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Graph9000", "HybridRec.MLNet.Transforms", "does not know")]
    [InlineData("Graph9000", "HybridRec.MLNet.NotThere", "cannot be loaded")]
    [InlineData("Graph9000", "System.Private.Xml", "only those whose name starts with HybridRec.MLNet.")]
    [InlineData("Graph9000", "HybridRec.MLNet./../Evil, Version=1.0.0.0", "only those whose name starts with HybridRec.MLNet.")]
    public void Load_UnknownKindOrOwner_SaysSo(string kind, string owner, string words)
    {
        byte[] foreign = ModelBytes.Edit(
            Save(new ProbeTransformer(_ml, 2)), IsState, _ => Bytes(new ModelState(kind, owner, 1, 0, new byte[4])));
        InvalidDataException error = LoadFails(foreign);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains(kind, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Load_ImpossibleNumberOfSubModels_IsInvalidData(int children)
    {
        byte[] foreign = ModelBytes.Edit(
            Save(new ProbeTransformer(_ml, 2)), IsState,
            _ => Bytes(new ModelState(ProbeTransformer.StateKind, "HybridRec.MLNet.Tests", 1, children, new byte[4])));
        Assert.Contains("sub-models", LoadFails(foreign).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_PayloadNotReadToItsEnd_IsInvalidData() =>
        Assert.Contains("left over", LoadFails(Save(new ProbeTransformer(_ml, 2) { ExtraBytes = 5 })).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_PayloadTooShortForItsReader_IsInvalidData()
    {
        byte[] foreign = ModelBytes.Edit(
            Save(new ProbeTransformer(_ml, 2)), IsState,
            _ => Bytes(new ModelState(ProbeTransformer.StateKind, "HybridRec.MLNet.Tests", 1, 0, new byte[3])));
        Assert.Contains("cannot be read", LoadFails(foreign).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_WriterThrows_NoStateIsWritten()
    {
        var error = new IOException("disk full");
        Exception thrown = Assert.ThrowsAny<Exception>(() => Save(new ProbeTransformer(_ml, 2) { WriteError = error }));
        Assert.Contains(Chain(thrown), inner => ReferenceEquals(inner, error));
    }

    [Fact]
    public void Register_VersionZeroOrNoKind_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelIo.Register(
            "Tests.None", 0, (_, _, _, _) => throw new InvalidOperationException()));
        Assert.Throws<ArgumentException>(() => ModelIo.Register("", 1, (_, _, _, _) => throw new InvalidOperationException()));
    }

    private static bool IsState(string entry) => entry.EndsWith("State.bin", StringComparison.Ordinal);

    private static byte[] Flipped(byte[] content, int index)
    {
        content[index] ^= 0x11;
        return content;
    }

    private static byte[] Bytes(ModelState state)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        state.Write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static IEnumerable<Exception> Chain(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception;
    }

    private static InvalidDataException LoadFails(byte[] model)
    {
        Exception error = Assert.ThrowsAny<Exception>(() => ModelBytes.Load(model, out _));
        return Assert.IsType<InvalidDataException>(Chain(error).FirstOrDefault(inner => inner is InvalidDataException));
    }

    private byte[] Save(ITransformer model) => ModelBytes.Save(_ml, model, _rows.Schema);
}
