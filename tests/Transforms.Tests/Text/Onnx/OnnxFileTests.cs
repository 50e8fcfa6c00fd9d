using CsCheck;
using Google.Protobuf;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Text.Onnx;
using OnnxElement = HybridRec.MLNet.Text.Onnx.TensorProto.Types.DataType;

namespace HybridRec.MLNet.Tests.Text;

public sealed class OnnxFileTests
{
    private static byte[] Tiny => OnnxBuilder.Encoder(EncoderFixture.Table, 2);

    [Fact]
    public void Parse_OwnModel_HasWhatWasWritten()
    {
        var file = OnnxFile.Parse(Tiny, "'t'");
        Assert.Equal(17, file.Opset);
        Assert.Equal(["Gather", "Cast", "Unsqueeze", "Mul", "ReduceSum", "ReduceSum", "Div", "Add"], file.Graph.Node.Select(n => n.OpType));
        Assert.Equal(EncoderFixture.Table, file.Graph.Initializer.Single(t => t.Name == "table").Floats());
        Assert.Equal(["input_ids", "attention_mask"], file.Graph.Input.Select(i => i.Name));
        Assert.Equal(1, file.Graph.Node[4].Integer("keepdims", -1));
        Assert.Equal(Tiny, file.ToByteArray());
    }

    [Fact]
    public void ToArray_RealModel_RunsAsBefore()
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(RealData.Model("stories260K-onnx"), "model_fp32.onnx"));
        byte[] written = OnnxFile.Parse(bytes, "'stories'").ToByteArray();
        Assert.Equal(written, OnnxFile.Parse(written, "'written'").ToByteArray());
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
        byte[] written = OnnxFile.Parse(model, "'t'").ToByteArray();
        Assert.Equal(model, written);
    }

    [Fact]
    public void Floats_UnpackedAndPackedNumbers_AreRead()
    {
        byte[] packed = Message((4, [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]), (8, "w"u8.ToArray()));
        byte[] tensor = [(1 << 3) | 0, 2, (2 << 3) | 0, 1, .. packed, (4 << 3) | 5, 0, 0, 0x40, 0x40];
        var read = TensorProto.Parser.ParseFrom(tensor);
        Assert.Contains("takes 2 values, it has 3", Assert.Throws<InvalidDataException>(read.Floats).Message, StringComparison.Ordinal);
        read.Dims[0] = 3;
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
        var tensor = TensorProto.Of("w", [1f, 2f], 2);
        tensor.Dims[0] = 1L << 40;
        Assert.Contains("'w'", Assert.Throws<InvalidDataException>(tensor.Floats).Message, StringComparison.Ordinal);
        tensor.Dims[0] = -1;
        Assert.Throws<InvalidDataException>(tensor.Floats);
        tensor.Dims[0] = 3;
        Assert.Contains("takes 12 bytes, it has 8", Assert.Throws<InvalidDataException>(tensor.Floats).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TensorProto.Of("w", [1f, 2f], 3));
    }

    [Fact]
    public void Parse_NestedWithoutEnd_IsAClearError()
    {
        // 100,000 times the start of a group of field 50: the depth limit must come before the end of the stack.
        byte[] groups = [.. Enumerable.Range(0, 100_000).SelectMany(_ => new byte[] { 0x93, 0x03 })];
        Assert.Throws<InvalidDataException>(() => OnnxFile.Parse(groups, "'groups'"));
    }

    [Fact]
    public void Parse_MoreFieldsThanAnyModel_IsRefusedBeforeTheyAreRead()
    {
        byte[] nodes = new byte[2 * 5_000_000];
        for (int i = 0; i < nodes.Length; i += 2)
            nodes[i] = (GraphProto.NodeFieldNumber << 3) | (int)WireFormat.WireType.LengthDelimited; // of no bytes
        byte[] model = Message((ModelProto.GraphFieldNumber, nodes));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(
            "fields", Assert.Throws<InvalidDataException>(() => OnnxFile.Parse(model, "'nodes'")).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Parse_MutatedBytes_ParsesOrRefusesWithBoundedMemory()
    {
        byte[] original = Tiny;
        _ = OnnxFile.Parse(original, "'warm'"); // the parser's own tables
        Gen.Select(OnnxMutation.Gen, Gen.Bool).Sample((mutation, twice) =>
        {
            byte[] bytes = mutation.Apply(original);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var file = OnnxFile.Parse(bytes, "'mutated'");
                foreach (var tensor in file.Graph.Initializer)
                    _ = tensor.Element == OnnxElement.Float ? tensor.Floats() : [];
                if (twice)
                    _ = OnnxFile.Parse(file.ToByteArray(), "'again'");
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
