using HybridRec.MLNet.Files;
using HybridRec.MLNet.Text;
using static HybridRec.MLNet.Files.JsonFields;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// Reads and writes the folder of a transformer: config.json, safetensors (one file or shards), tokenizer, and the files of
/// sentence-transformers.
/// </summary>
internal static class TorchFolder
{
    public const string Identity = "torch.nn.modules.linear.Identity";

    private const int DefaultMaxTokens = 512;

    public static (SentenceModel Model, ModelFiles Files) Read(string path, EncoderOptions options, Device device)
    {
        var folder = SentenceTransformersFolder.Read(path, onnx: false);
        if (folder.IsStatic)
            throw new NotSupportedException(
                $"'{path}' is a static embedding model, which has nothing to run in torch. Read it with TextEncoder.FromFolder.");
        var files = ModelFiles.Read(path);
        var config = TransformerConfig.Parse(files[ModelFiles.Config], Path.Combine(path, ModelFiles.Config));
        var tokenizer = TokenizerSource.FromFolder(path, options.Lowercase ?? folder.Lowercase).Create();
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        var settings = new OnnxEncoderSettings(
            name, options.Pooling is { } pooling ? [pooling] : folder.Pooling, options.Normalize ?? folder.Normalize,
            options.MaxTokens ?? Math.Min(folder.MaxTokens ?? DefaultMaxTokens, config.MaxPositions), folder.PromptOf(options),
            folder.IncludePrompt, options.StoreModel, options);
        using var tensors = SafeTensorsFolder.Open(path);
        var weights = TransformerWeights.Read(tensors, device);
        Tensor? projection = null;
        try
        {
            projection = folder.DensePath is null ? null : Dense(folder.DensePath, device);
            return (new SentenceModel(TransformerModel.Create(config, weights), tokenizer, settings, projection), files);
        }
        catch
        {
            weights.Dispose();
            projection?.Dispose();
            throw;
        }
    }

    /// <summary>Writes a folder beside its place and moves it there once it is whole.</summary>
    /// <exception cref="IOException">There is something at the place already.</exception>
    public static void Write(string path, SentenceModel model, OnnxEncoderSettings settings, ModelFiles files)
    {
        WholeFile.WriteFolder(path, folder =>
        {
            files.Write(folder, settings, model.Tokenizer.Source!, model.PooledSize, model.Projection is null ? null : model.Dimension);
            SafeTensorsWriter.WriteFolder(folder, "model", model.Model.Weights.Data(), s_format);
            if (model.Projection is null)
                return;
            string dense = Path.Combine(folder, ModelFiles.DenseFolder, "model.safetensors");
            SafeTensorsWriter.Write(dense, [TensorTransfer.ToData("linear.weight", model.Projection, TensorType.F32)], s_format);
        });
    }

    /// <summary>What every file of Hugging Face says of itself, and wants to read.</summary>
    internal static readonly IReadOnlyDictionary<string, string> s_format = new Dictionary<string, string> { ["format"] = "pt" };

    private static Tensor Dense(string folder, Device device)
    {
        string file = Path.Combine(folder, "config.json");
        using (var document = JsonFile.Parse(file))
        {
            string activation = Name(document.RootElement, "activation_function") ?? "";
            if (activation != Identity)
                throw new NotSupportedException(
                    $"'{file}' has the activation '{activation}'; this library runs a Dense module with {Identity} only.");
            if (Flag(document.RootElement, "bias", true))
                throw new NotSupportedException($"'{file}' has bias = true; this library runs a Dense module without bias only.");
        }
        using var tensors = SafeTensorsFolder.Open(folder);
        var weights = tensors.FileOf("linear.weight");
        return TensorTransfer.ToTensor(weights, weights.Find("linear.weight"), device);
    }
}
