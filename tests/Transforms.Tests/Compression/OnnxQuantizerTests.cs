using CsCheck;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Compression;
using HybridRec.MLNet.Tests.Text;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Text.Onnx;
using OnnxElement = HybridRec.MLNet.Text.Onnx.TensorProto.Types.DataType;

namespace HybridRec.MLNet.Tests.Compression;

public sealed class OnnxQuantizerTests
{
    private const int Width = 16, Rows = 10;

    // What every processor computes exactly: sums of pairs with 8 bits saturate where there is no VNNI.
    private const int Bits = 7;

    private static readonly string[] s_integerOps = ["DynamicQuantizeLinear", "MatMulInteger"];

    [Theory]
    [InlineData(ActivationScaling.Dynamic)]
    [InlineData(ActivationScaling.Static)]
    public void Rewrite_MatMulGemmTransposeAndTiedTable_KeepTheValues(ActivationScaling scaling)
    {
        byte[] model = Mixed();
        var layers = OnnxQuantizer.Layers(OnnxFile.Parse(model, "'m'"), "'m'", scaling);
        Assert.Equal(["h_node", "a_node", "b_node", "c_node", "last_hidden_state_node"], layers.Select(l => l.Name));
        var ranges = scaling == ActivationScaling.Dynamic
            ? null
            : layers.Where(l => !l.IsTable).Select(l => l.Input).Distinct().ToDictionary(i => i, _ => (-1.5f, 1.5f));
        byte[] small = OnnxQuantizer.Rewrite(model, "'m'", layers.Select(l => l.Name).ToHashSet(), Bits, ranges);
        var graph = OnnxFile.Parse(small, "'s'").Graph;
        Assert.DoesNotContain(graph.Node, n => n.OpType is "Gemm" or "Transpose");
        if (scaling == ActivationScaling.Dynamic)
            Assert.All(s_integerOps, op => Assert.Equal(4, graph.Node.Count(n => n.OpType == op)));
        // No float matrix is left; the tied table is there once for its rows and once for its columns.
        Assert.DoesNotContain(graph.Initializer, t => t.Element == OnnxElement.Float && t.Dims.Count == 2 && t.Dims[1] > 1);
        Assert.Equal(5, graph.Initializer.Count(t => t.Element == OnnxElement.Int8));
        // fixed ranges are wider than each tensor's own
        Assert.InRange(Error(model, small), 1e-7, scaling == ActivationScaling.Dynamic ? 0.03 : 0.08);
    }

    [Fact]
    public void Rewrite_OneLayer_LeavesTheOthers()
    {
        byte[] model = Mixed();
        byte[] small = OnnxQuantizer.Rewrite(model, "'m'", new HashSet<string> { "a_node" }, Bits, ranges: null);
        var graph = OnnxFile.Parse(small, "'s'").Graph;
        Assert.Single(graph.Node, n => n.OpType == "MatMulInteger");
        Assert.Single(graph.Node, n => n.OpType == "Gemm");
        Assert.Contains(graph.Initializer, t => t.Name == "table");
        Assert.InRange(Error(model, small), 1e-9, 0.01);
    }

    [Fact]
    public void Rewrite_SevenBits_DoNotSaturateAtTheWorstInput()
    {
        // Inputs of 255 steps and weights at their limit, 64 times: pairs of products in 16 bits would overflow with 8
        // bits on a processor without VNNI.
        float[] table = new float[8 * 64], weights = new float[64 * 4];
        Array.Fill(table, 1f);
        Array.Fill(weights, 2f);
        byte[] model = new OnnxBuilder().Input("input_ids", OnnxBuilder.Int64, "b", "t").Constant("table", table, 8, 64)
            .Constant("w", weights, 64, 4)
            .Node("Gather", ["table", "input_ids"], "h").Node("MatMul", ["h", "w"], "last_hidden_state")
            .Output("last_hidden_state", OnnxBuilder.Float, "b", "t", 4L).Build();
        byte[] small = OnnxQuantizer.Rewrite(model, "'m'", new HashSet<string> { "h_node", "last_hidden_state_node" }, 7, ranges: null);
        using var run = OnnxModel.Open(small, new EncoderOptions());
        Assert.All(run.Run([1, 2], [1, 1], 1, 2), v => Assert.Equal(128, v, 1e-3));
    }

    [Fact]
    public void Layers_NothingToDo_SaysWhy()
    {
        byte[] tiny = OnnxBuilder.Lookup(EncoderFixture.Table, 2);
        Assert.Contains("no MatMul, Gemm or Gather", Assert.Throws<NotSupportedException>(() =>
            OnnxQuantizer.Layers(OnnxFile.Parse(tiny, "'t'"), "'t'", ActivationScaling.Dynamic)).Message, StringComparison.Ordinal);
        var old = OnnxFile.Parse(Mixed(), "'old'");
        old.OpsetImport[0].Version = 12;
        Assert.NotEmpty(OnnxQuantizer.Layers(old, "'old'", ActivationScaling.Dynamic));
        Assert.Contains(
            "operator set 12",
            Assert.Throws<NotSupportedException>(() => OnnxQuantizer.Layers(old, "'old'", ActivationScaling.Static)).Message,
            StringComparison.Ordinal);
        var external = OnnxFile.Parse(Mixed(), "'e'");
        foreach (var tensor in external.Graph.Initializer)
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
        Assert.Contains(
            "in other files",
            Assert.Throws<NotSupportedException>(() => OnnxQuantizer.Layers(external, "'e'", ActivationScaling.Dynamic)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_WeightsThatAreNotFinite_StayFloat()
    {
        float[] weights = new float[Width * Width];
        weights[3] = float.NaN;
        byte[] model = new OnnxBuilder().Input("input_ids", OnnxBuilder.Int64, "b", "t")
            .Constant("table", Random(1, Rows * Width), Rows, Width).Constant("w", weights, Width, Width)
            .Node("Gather", ["table", "input_ids"], "h").Node("MatMul", ["h", "w"], "last_hidden_state")
            .Output("last_hidden_state", OnnxBuilder.Float, "b", "t", 16L).Build();
        Assert.Equal(["h_node"], OnnxQuantizer.Layers(OnnxFile.Parse(model, "'m'"), "'m'", ActivationScaling.Dynamic).Select(l => l.Name));
    }

    [Fact]
    public void Prune_ConstantThatASubgraphReads_Stays()
    {
        var file = OnnxFile.Parse(Mixed(), "'m'");
        var inner = new GraphProto();
        var reader = new NodeProto { OpType = "Identity" };
        reader.Input.Add("bias");
        inner.Node.Add(reader);
        var branch = new AttributeProto { Name = "then_branch", G = inner };
        file.Graph.Node.Remove(file.Graph.Node.Single(n => n.OpType == "Gemm"));
        file.Graph.Node[0].Attribute.Add(branch);
        OnnxPruning.Prune(file.Graph);
        Assert.Contains(file.Graph.Initializer, t => t.Name == "bias");
        file.Graph.Node[0].Attribute.Clear();
        OnnxPruning.Prune(file.Graph);
        Assert.DoesNotContain(file.Graph.Initializer, t => t.Name == "bias");
    }

    [Fact]
    public void Rewrite_MutatedBytes_RewritesOrRefuses()
    {
        byte[] original = Mixed();
        OnnxMutation.Gen.Sample(mutation =>
        {
            byte[] bytes = mutation.Apply(original);
            try
            {
                var layers = OnnxQuantizer.Layers(OnnxFile.Parse(bytes, "'mutated'"), "'mutated'", ActivationScaling.Dynamic);
                byte[] small = OnnxQuantizer.Rewrite(bytes, "'mutated'", layers.Select(l => l.Name).ToHashSet(), 7, ranges: null);
                Assert.True(small.Length < bytes.Length + 4096);
            }
            catch (Exception e) when (e is InvalidDataException or NotSupportedException)
            {
                // What is documented.
            }
        }, iter: 100_000);
    }

    /// <summary>
    /// Every form a constant weight takes: MatMul, Gemm with all its attributes, Transpose of an initializer, one
    /// table for look-up and product.
    /// </summary>
    private static byte[] Mixed()
    {
        var builder = new OnnxGraphBuilder("mixed");
        builder.Input("input_ids", OnnxElement.Int64, "b", "t");
        builder.Constant(TensorProto.Of("table", Random(1, Rows * Width), Rows, Width));
        builder.Constant(TensorProto.Of("w1", Random(2, Width * Width), Width, Width));
        builder.Constant(TensorProto.Of("w2", Random(3, 12 * Width), 12, Width));
        builder.Constant(TensorProto.Of("w3", Random(4, Width * 12), Width, 12));
        builder.Constant(TensorProto.Of("bias", Random(5, 12), 12));
        builder.Constant(TensorProto.Of("flat", [-1L, Width], 2));
        builder.Constant(TensorProto.Of("back", [1L, -1, 12], 3));
        builder.Node("Gather", ["table", "input_ids"], "h");
        builder.Node("MatMul", ["h", "w1"], "a");
        builder.Node("Reshape", ["a", "flat"], "rows");
        builder.Node("Gemm", ["rows", "w2", "bias"], "b", AttributeProto.Of("transB", 1), AttributeProto.Of("alpha", 0.5f));
        builder.Node("Reshape", ["b", "back"], "b3");
        builder.Node("Transpose", ["w3"], "w3_t", AttributeProto.Of("perm", [1L, 0]));
        builder.Node("MatMul", ["b3", "w3_t"], "c");
        builder.Node("Transpose", ["table"], "table_t");
        builder.Node("MatMul", ["c", "table_t"], "last_hidden_state");
        builder.Output("last_hidden_state", OnnxElement.Float, "b", "t", (long)Rows);
        return builder.Build();
    }

    private static double Error(byte[] model, byte[] other)
    {
        using OnnxModel a = OnnxModel.Open(model, new EncoderOptions()), b = OnnxModel.Open(other, new EncoderOptions());
        long[] ids = [1, 5, 9, 0], mask = [1, 1, 1, 1];
        float[] x = a.Run(ids, mask, 1, 4), y = b.Run(ids, mask, 1, 4);
        return x.Zip(y, (p, q) => Math.Abs(p - q)).Max() / x.Max(Math.Abs);
    }

    private static float[] Random(int seed, int count)
    {
        var random = Xoshiro256.Stream(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 0.25f * (float)random.NextNormal())];
    }
}
