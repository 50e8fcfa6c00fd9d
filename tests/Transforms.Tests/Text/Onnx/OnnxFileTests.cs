using CsCheck;
using Google.Protobuf;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Tests.Text;

public sealed class OnnxFileTests
{
    private static byte[] Tiny => OnnxBuilder.Encoder(EncoderFixture.Table, 2);

    [Fact]
    public void Parse_OwnModel_HasWhatWasWritten()
    {
        var file = OnnxFile.Parse(Tiny, "'t'");
        Assert.Equal(17, file.Opset);
        Assert.Equal(["Gather", "Cast", "Unsqueeze", "Mul", "ReduceSum", "ReduceSum", "Div", "Add"], file.Graph.Nodes.Select(n => n.OpType));
        Assert.Equal(EncoderFixture.Table, file.Graph.Initializers.Single(t => t.Name == "table").Floats());
        Assert.Equal(["input_ids", "attention_mask"], file.Graph.Inputs.Select(i => i.Name));
        Assert.Equal(1, file.Graph.Nodes[4].Integer("keepdims", -1));
        Assert.Equal(Tiny, file.ToArray());
    }

    [Fact]
    public void ToArray_RealModel_RunsAsBefore()
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(RealData.Model("stories260K-onnx"), "model_fp32.onnx"));
        byte[] written = OnnxFile.Parse(bytes, "'stories'").ToArray();
        Assert.Equal(written, OnnxFile.Parse(written, "'written'").ToArray());
        using var before = OnnxModel.Open(bytes, new EncoderOptions());
        using var after = OnnxModel.Open(written, new EncoderOptions());
        Assert.Equal(before.Run([1, 50, 7], [1, 1, 1], 1, 3), after.Run([1, 50, 7], [1, 1, 1], 1, 3));
    }

    [Fact]
    public void ToArray_UnknownFields_AreKept()
    {
        // metadata_props (14) of the model, doc_string (10) of the graph and a future field 999 of a node.
        var node = new MemoryStream();
        using (var output = new CodedOutputStream(node, leaveOpen: true))
        {
            output.WriteTag(4, WireFormat.WireType.LengthDelimited);
            output.WriteString("Identity");
            output.WriteTag(999, WireFormat.WireType.Fixed64);
            output.WriteFixed64(0x1122334455667788);
        }
        byte[] graph = Message((1, node.ToArray()), (10, "what it is"u8.ToArray()));
        byte[] model = Message((7, graph), (14, Message((1, "key"u8.ToArray()), (2, "value"u8.ToArray()))));
        byte[] written = OnnxFile.Parse(model, "'t'").ToArray();
        Assert.Equal(model, written);
    }

    [Fact]
    public void Floats_UnpackedAndPackedNumbers_AreRead()
    {
        byte[] packed = Message((4, [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]), (8, "w"u8.ToArray()));
        byte[] tensor = [(1 << 3) | 0, 2, (2 << 3) | 0, 1, .. packed, (4 << 3) | 5, 0, 0, 0x40, 0x40];
        var read = new OnnxTensor();
        read.MergeFrom(new CodedInputStream(tensor));
        Assert.Contains("takes 2 values, it has 3", Assert.Throws<InvalidDataException>(read.Floats).Message, StringComparison.Ordinal);
        read.Shape[0] = 3;
        Assert.Equal([1, 2, 3], read.Floats());
    }

    [Theory]
    [InlineData(0, "no graph")]
    [InlineData(10, "no ONNX model")]
    [InlineData(-1, "no ONNX model")]
    public void Parse_Truncated_IsAClearError(int length, string expected)
    {
        byte[] bytes = Tiny;
        byte[] cut = bytes[..(length < 0 ? bytes.Length + length : length)];
        var error = Assert.Throws<InvalidDataException>(() => OnnxFile.Parse(cut, "'m.onnx'"));
        Assert.Contains("'m.onnx'", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Floats_ShapeThatLies_IsAClearError()
    {
        var tensor = OnnxTensor.Of("w", [1f, 2f], 2);
        tensor.Shape[0] = 1L << 40;
        Assert.Contains("'w'", Assert.Throws<InvalidDataException>(tensor.Floats).Message, StringComparison.Ordinal);
        tensor.Shape[0] = -1;
        Assert.Throws<InvalidDataException>(tensor.Floats);
        tensor.Shape[0] = 3;
        Assert.Contains("takes 12 bytes, it has 8", Assert.Throws<InvalidDataException>(tensor.Floats).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => OnnxTensor.Of("w", [1f, 2f], 3));
    }

    [Fact]
    public void Parse_NestedWithoutEnd_IsAClearError()
    {
        // 100,000 times the start of a group of field 50: the depth limit must come before the end of the stack.
        byte[] groups = [.. Enumerable.Range(0, 100_000).SelectMany(_ => new byte[] { 0x93, 0x03 })];
        Assert.Throws<InvalidDataException>(() => OnnxFile.Parse(groups, "'groups'"));
    }

    [Fact]
    public void Parse_MutatedBytes_ParsesOrRefusesWithBoundedMemory()
    {
        byte[] original = Tiny;
        Gen.Select(OnnxMutation.Gen, Gen.Bool).Sample((mutation, twice) =>
        {
            byte[] bytes = mutation.Apply(original);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var file = OnnxFile.Parse(bytes, "'mutated'");
                foreach (var tensor in file.Graph.Initializers)
                    _ = tensor.Element == OnnxElement.Single ? tensor.Floats() : [];
                if (twice)
                    _ = OnnxFile.Parse(file.ToArray(), "'again'");
            }
            catch (InvalidDataException)
            {
                // What is documented.
            }
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 400 * 1024, $"{bytes.Length} bytes took {allocated} bytes of memory");
        }, iter: 100_000);
    }

    private static byte[] Message(params (int Field, byte[] Value)[] fields)
    {
        var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            foreach (var (field, value) in fields)
            {
                output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(value));
            }
        return stream.ToArray();
    }
}
