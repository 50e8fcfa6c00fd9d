// Arguments: a checkpoint, which is gone on from where it is there, and a folder for the encoder.
using System.Globalization;
using HybridRec.MLNet;
using Microsoft.ML;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: TrainingProcess checkpoint folder");
    return 2;
}
TorchSharp.torch.set_num_threads(1);
var tokenizer = TextTokenizer.FromVocabulary([
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
    .. Enumerable.Range('a', 26).Select(c => ((char)c).ToString(CultureInfo.InvariantCulture))]);
var random = new Random(1);
string[] texts = [.. Enumerable.Range(0, 64)
    .Select(_ => string.Join(' ', Enumerable.Range(random.Next(26), 14).Select(c => (char)('a' + c % 26))))];
// Wide rather than deep: tens of megabytes a checkpoint, so that writing one takes long enough to be caught at it.
var options = new PretrainingOptions
{
    Dimension = 96,
    Layers = 2,
    Heads = 2,
    IntermediateSize = 4096,
    MaxTokens = 16,
    ValidationFraction = 0.1,
    Training = new() { Epochs = 2, BatchSize = 16, Seed = 1, CheckpointPath = args[0], CheckpointEvery = 1, Resume = true },
};
try
{
    using TorchEncoder encoder = new MLContext().Hybrid.PretrainEncoder(texts, tokenizer, options);
    encoder.Save(args[1]);
    return 0;
}
catch (IOException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
