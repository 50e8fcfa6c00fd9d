using System.CommandLine;
using System.Globalization;
using HybridRec.MLNet;
using HybridRec.MLNet.EncoderRecipe;
using Microsoft.ML;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var data = new Option<string?>("--data") { Description = "The folder of data sets; by default HYBRIDREC_DATA." };
var target = new Option<string>("--out")
{
    Description = "Folder for the encoder: model.onnx (INT8), vocab.txt and the small files of sentence-transformers.",
    Required = true
};
var work = new Option<string?>("--work")
{
    Description = "Folder of what is made on the way; steps whose result is there are not run again. By default OUT.work."
};
var seed = new Option<int>("--seed") { Description = "Seed of the held-out items and of all training.", DefaultValueFactory = _ => 1 };
var threads = new Option<int>("--threads")
{
    Description = "Threads of libtorch; the bytes are those of one number of threads.",
    DefaultValueFactory = _ => 1
};
var effort = new Option<double>("--effort")
{
    Description = "Factor of the amount of training: .01 tries whether all runs.",
    DefaultValueFactory = _ => 1
};
var root = new RootCommand("Trains the encoder in the box: vocabulary, masked tokens, pairs of texts, items taken together, ONNX, INT8.")
{
    data, target, work, seed, threads, effort
};
root.SetAction(parsed =>
{
    string folder = parsed.GetValue(data) ?? Environment.GetEnvironmentVariable("HYBRIDREC_DATA")
        ?? throw new ArgumentException("Give --data, or set HYBRIDREC_DATA to the folder of data sets.");
    string to = Path.GetFullPath(parsed.GetValue(target)!);
    var options = new RecipeOptions
    {
        Data = folder,
        Out = to,
        Work = parsed.GetValue(work) ?? to + ".work",
        Seed = parsed.GetValue(seed),
        Threads = parsed.GetValue(threads),
        Effort = parsed.GetValue(effort),
    };
    LibTorch.Require();
    TorchSharp.torch.set_num_threads(options.Threads);
    var ml = new MLContext(options.Seed);
    ml.Log += (_, e) =>
    {
        if (e.Kind >= Microsoft.ML.Runtime.ChannelMessageKind.Info
            && e.Source.Split(';')[0] is "Pretraining" or "EncoderTuning" or "LlmEmbedding")
            Console.WriteLine("         " + e.RawMessage);
    };
    new Recipe(options, ml).Run();
});
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is IOException or ArgumentException or FormatException or InvalidOperationException or InvalidDataException)
{
    // What a user can mend is a message, not a stack trace.
    Console.Error.WriteLine(e.Message);
    return 1;
}
