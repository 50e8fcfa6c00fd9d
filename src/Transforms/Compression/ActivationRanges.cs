using Google.Protobuf;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Text.Onnx;
using OnnxElement = HybridRec.MLNet.Text.Onnx.TensorProto.Types.DataType;

namespace HybridRec.MLNet.Compression;

/// <summary>
/// Measures the smallest and largest value of the inputs of layers while texts are encoded, by a model that gives them as outputs.
/// </summary>
internal sealed class ActivationRanges(OnnxEncoder source, byte[] model, string name)
{
    public Dictionary<string, (float Low, float High)> Measure(
        IReadOnlyList<OnnxLayer> layers, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        string[] inputs = [.. layers.Where(l => !l.IsTable).Select(l => l.Input).Distinct(StringComparer.Ordinal)];
        if (inputs.Length == 0)
            return [];
        string[] lows = [.. inputs.Select(i => i + "_low")], highs = [.. inputs.Select(i => i + "_high")];
        using var watched = OnnxModel.Open(
            Watched(inputs, lows, highs), source.Options with { OutputName = source.OutputName },
            $"of '{source.Name}' with outputs for its ranges");
        var ranges = inputs.ToDictionary(i => i, _ => (Low: float.MaxValue, High: float.MinValue), StringComparer.Ordinal);
        foreach (var batch in source.Batches(source.Tokenize(texts), FittedEncoder.DefaultBatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[] found = watched.RunScalars(batch.Ids, batch.Mask, batch.Count, batch.Length, [.. lows, .. highs]);
            for (int i = 0; i < inputs.Length; i++)
            {
                var (low, high) = ranges[inputs[i]];
                ranges[inputs[i]] = (Math.Min(low, found[i]), Math.Max(high, found[inputs.Length + i]));
            }
        }
        foreach (var (input, (low, high)) in ranges)
            if (!float.IsFinite(low) || !float.IsFinite(high) || low > high)
                throw new InvalidOperationException($"{name}: its value '{input}' is not finite on the sample texts, so it has no range " +
                    $"for {ActivationScaling.Static} scaling. The model or its export is broken.");
        return ranges;
    }

    private byte[] Watched(string[] inputs, string[] lows, string[] highs)
    {
        var file = OnnxFile.Parse(model, name);
        for (int i = 0; i < inputs.Length; i++)
            foreach (var (operation, output) in ((string, string)[])[("ReduceMin", lows[i]), ("ReduceMax", highs[i])])
            {
                var node = new NodeProto { OpType = operation };
                node.Input.Add(inputs[i]);
                node.Output.Add(output);
                node.Attribute.Add(AttributeProto.Of("keepdims", 0));
                file.Graph.Node.Add(node);
                file.Graph.Output.Add(ValueInfoProto.Of(output, OnnxElement.Float));
            }
        return file.ToByteArray();
    }
}
