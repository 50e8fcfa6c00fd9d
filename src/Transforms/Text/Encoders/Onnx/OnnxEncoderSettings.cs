namespace HybridRec.MLNet.Text;

/// <summary>Settings of an ONNX encoder once options and files are put together.</summary>
internal sealed record OnnxEncoderSettings(
    string Name, IReadOnlyList<PoolingMode> Pooling, bool Normalize, int MaxTokens, string Prompt, bool IncludePrompt, bool StoreModel,
    EncoderOptions Options);
