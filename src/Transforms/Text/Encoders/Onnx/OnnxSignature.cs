using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace HybridRec.MLNet.Text;

/// <summary>Which inputs and which output of an ONNX model an encoder uses, found in its metadata.</summary>
/// <param name="InputIds">Name of the token id input.</param>
/// <param name="AttentionMask">Name of the mask input; null if the model has none.</param>
/// <param name="TokenTypeIds">Name of the token type input; null if the model has none.</param>
/// <param name="Output">Name of the output.</param>
/// <param name="IsPooled">Whether the output is [batch, dimension] already.</param>
/// <param name="Width">Last side of the output; 0 if the metadata leaves it open.</param>
internal sealed record OnnxSignature(string InputIds, string? AttentionMask, string? TokenTypeIds, string Output, bool IsPooled, int Width)
{
    private static readonly string[] s_preferredOutputs = ["sentence_embedding", "token_embeddings", "last_hidden_state"];

    public static OnnxSignature Probe(InferenceSession session, EncoderOptions options)
    {
        var inputs = session.InputMetadata;
        string ids = Input(options.InputIdsName, "input_ids", inputs.Keys)
            ?? throw new NotSupportedException(
                $"The ONNX model has no input 'input_ids'; it has: {string.Join(", ", inputs.Keys)}. Set InputIdsName.");
        string? mask = Input(options.AttentionMaskName, "attention_mask", inputs.Keys),
            types = Input(options.TokenTypeIdsName, "token_type_ids", inputs.Keys);
        foreach (var (name, data) in inputs)
        {
            if (name != ids && name != mask && name != types)
                throw new NotSupportedException(
                    $"The ONNX model wants the input '{name}', which a text encoder cannot fill; it fills token ids, attention mask and " +
                    "token types. If it is one of these, set InputIdsName, AttentionMaskName or TokenTypeIdsName.");
            if (!data.IsTensor || data.ElementDataType is not (TensorElementType.Int64 or TensorElementType.Int32)
                || data.Dimensions.Length != 2)
                throw new NotSupportedException(
                    $"The ONNX input '{name}' is {data.ElementDataType} of rank {(data.IsTensor ? data.Dimensions.Length : 0)}; expected " +
                    "Int64 or Int32 [batch, tokens].");
        }
        string output = ChooseOutput(session.OutputMetadata, options.OutputName);
        int[] shape = session.OutputMetadata[output].Dimensions;
        return new OnnxSignature(ids, mask, types, output, shape.Length == 2, Math.Max(0, shape[^1]));
    }

    private static string? Input(string? wanted, string usual, IEnumerable<string> names)
    {
        if (wanted is not null && !names.Contains(wanted))
            throw new ArgumentException($"The ONNX model has no input '{wanted}'; it has: {string.Join(", ", names)}.");
        return wanted ?? names.FirstOrDefault(n => n == usual);
    }

    private static string ChooseOutput(IReadOnlyDictionary<string, NodeMetadata> outputs, string? wanted)
    {
        if (wanted is not null)
            return !outputs.TryGetValue(wanted, out var chosen)
                ? throw new ArgumentException($"The ONNX model has no output '{wanted}'; it has: {string.Join(", ", outputs.Keys)}.")
                : Fits(chosen) ? wanted
                : throw new NotSupportedException(
                    $"The ONNX output '{wanted}' is no float tensor of [batch, dimension] or [batch, tokens, dimension].");
        string? preferred = Array.Find(s_preferredOutputs, name => outputs.TryGetValue(name, out var data) && Fits(data));
        if (preferred is not null)
            return preferred;
        string[] fitting = [.. outputs.Where(o => Fits(o.Value)).Select(o => o.Key)];
        return fitting.Length == 1 ? fitting[0] : throw new NotSupportedException(
            $"None of the ONNX outputs is called {string.Join(", ", s_preferredOutputs)}, and {fitting.Length} of them could be token or " +
            $"sentence vectors; it has: {string.Join(", ", outputs.Keys)}. Set OutputName.");
    }

    private static bool Fits(NodeMetadata data) => data.IsTensor && data.Dimensions.Length is (2 or 3)
        && data.ElementDataType is (TensorElementType.Float or TensorElementType.Float16);
}
