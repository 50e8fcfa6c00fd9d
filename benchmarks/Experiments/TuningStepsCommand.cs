using System.CommandLine;
using System.Text;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using TorchSharp;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// What a step of tuning costs on a BERT of random weights: forward, backward and optimizer apart, peak memory, what is trained and kept.
/// Each way of tuning runs in a process of its own.
/// </summary>
internal static class TuningStepsCommand
{
    private static readonly LoraMethod s_allLinear = new() { TargetPattern = "all-linear" };

    private static readonly (string Name, LoraTuning Tuning)[] s_ways =
    [
        ("full", new() { Method = TuningMethod.Full }),
        ("lora", new() { Method = s_allLinear }),
        ("lora of query and value", new()),
        ("full, recomputed", new() { Method = TuningMethod.Full, GradientCheckpointing = true }),
        ("lora, recomputed", new() { Method = s_allLinear, GradientCheckpointing = true }),
        ("lora, BFloat16", new() { Method = s_allLinear, Precision = TuningPrecision.BFloat16 }),
    ];

    public static Command Create()
    {
        var layers = NumberOption.Create("--layers", "Layers.", 12);
        var dimension = NumberOption.Create("--dimension", "Length of a token vector, a multiple of 64.", 384);
        var tokens = NumberOption.Create("--tokens", "Tokens of a text.", 64);
        var batch = NumberOption.Create("--batch", "Pairs of a step.", 16);
        var steps = NumberOption.Create("--steps", "Steps that are measured, behind one that is not.", 3);
        var way = new Option<string?>("--way") { Description = "Only this way of tuning, in this process." };
        way.AcceptOnlyFromAmong([.. s_ways.Select(w => w.Name)]);
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object a way to." };
        var command = new Command("tuning-steps", "Time and memory of steps of full tuning and of LoRA, by parts.")
        {
            layers, dimension, tokens, batch, steps, way, json
        };
        command.SetAction(parsed =>
        {
            int l = parsed.GetValue(layers), d = parsed.GetValue(dimension), t = parsed.GetValue(tokens), b = parsed.GetValue(batch),
                s = parsed.GetValue(steps);
            FileInfo? file = parsed.GetValue(json);
            if (parsed.GetValue(way) is not { } name)
            {
                foreach (var (each, _) in s_ways)
                    OwnProcess.Run([
                        "tuning-steps", "--layers", $"{l}", "--dimension", $"{d}", "--tokens", $"{t}", "--batch", $"{b}", "--steps", $"{s}",
                        "--way", each, .. file is null ? (string[])[] : ["--json", file.FullName]]);
                return;
            }
            var line = Measure(name, l, d, t, b, s);
            Console.WriteLine(line);
            JsonLines.Append(file, line);
        });
        return command;
    }

    private static StepLine Measure(string way, int layers, int dimension, int tokens, int batch, int steps)
    {
        LibTorch.Require();
        torch.set_num_threads(1);
        using var encoder = RandomBert(layers, dimension, tokens);
        // Texts of random words, each of the length asked for.
        string[] words = [.. Enumerable.Range(0, 500).Select(w => $"w{w}")];
        var random = new Random(1);
        string[] texts = [.. Enumerable.Range(0, 4 * batch * 2).Select(_ => string.Join(' ', random.GetItems(words, tokens)))];
        LoraTuning tuning = s_ways.Single(w => w.Name == way).Tuning with
        {
            ValidationFraction = 0,
            Training = new() { Epochs = 1, BatchSize = batch, Seed = 1 }
        };
        tuning = tuning.Resolved();
        IHost host = ((IHostEnvironment)new MLContext(1)).Register("tuning-steps");
        using var session = new TrainingSession(host, "tuning-steps", tuning.Training, CancellationToken.None);
        using var task = new TuningTask(tuning, encoder.Encoder, TextPairs.Of(texts.Chunk(2).Select(pair => (pair[0], pair[1]))), session);
        using var loop = new TrainingLoop(task, tuning.Schedule(task.BatchesPerEpoch), session);
        double before = OwnProcess.PeakMemoryMiB, forward = 0, backward = 0, optimizer = 0;
        int[] pairs = [.. Enumerable.Range(0, batch)];
        for (int step = 0; step <= steps; step++)
        {
            if (step == 1)
                (forward, backward, optimizer) = (0, 0, 0);
            using (torch.NewDisposeScope())
            using (var tape = tuning.GradientCheckpointing ? new LayerTape() : null)
            {
                double start = OwnProcess.CpuSeconds;
                var loss = task.Loss(pairs, null, null, tape);
                double middle = OwnProcess.CpuSeconds;
                loss.backward();
                tape?.Backward();
                forward += middle - start;
                backward += OwnProcess.CpuSeconds - middle;
            }
            double from = OwnProcess.CpuSeconds;
            loop.State.Optimizer.Step(step + 1, 1e-4, 0.01, 1);
            optimizer += OwnProcess.CpuSeconds - from;
        }
        const double MiB = 1 << 20;
        long trained = task.Parameters.Count;
        // Gradient, two moments and the best parameters so far, 4 bytes each.
        return new StepLine(
            way, layers, dimension, tokens, batch, steps, forward / steps, backward / steps, optimizer / steps, before,
            OwnProcess.PeakMemoryMiB, encoder.ParameterCount, trained, 16 * trained / MiB, 4 * trained / MiB);
    }

    private static TorchEncoder RandomBert(int layers, int dimension, int tokens)
    {
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(0, 30_000).Select(w => $"w{w}")];
        string folder = Directory.CreateTempSubdirectory("tuning-steps").FullName;
        try
        {
            string file = Path.Combine(folder, "vocab.txt");
            File.WriteAllText(file, string.Concat(vocabulary.Select(token => token + "\n")), new UTF8Encoding(false));
            var options = new PretrainingOptions { Dimension = dimension, Layers = layers, Heads = dimension / 64, MaxTokens = tokens }
                .Resolved(seed: 1);
            var tokenizer = TextTokenizer.FromFile(file);
            var files = ModelFiles.Of(
                (ModelFiles.Config, NewBert.Config(options, vocabulary.Length)), (TokenizerSource.Vocabulary, tokenizer.Source!.Bytes));
            var model = NewBert.Create(options, tokenizer, vocabulary.Length, files, LibTorch.Device(TorchDevice.Cpu));
            return new TorchEncoder(new TorchFittedEncoder(model, model.Settings, files, TorchDevice.Cpu, path: null));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>
/// One line of the JSON file of <c>tuning-steps</c>. Seconds are those of one core; memory before the steps holds the model.
/// </summary>
internal sealed record StepLine(
    string Way, int Layers, int Dimension, int Tokens, int Batch, int Steps, double ForwardSeconds, double BackwardSeconds,
    double OptimizerSeconds, double MiBBefore, double PeakMiB, long Parameters, long TrainedParameters, double StateMiB, double AdapterMiB)
{
    public override string ToString() =>
        $"{Way,-24} {Layers} x {Dimension}, {Batch} pairs of {Tokens}: step {ForwardSeconds + BackwardSeconds + OptimizerSeconds:F3} s = " +
        $"forward {ForwardSeconds:F3} + backward {BackwardSeconds:F3} + optimizer {OptimizerSeconds:F3}; "
        + $"peak {PeakMiB:F0} MiB ({PeakMiB - MiBBefore:F0} above the model); {TrainedParameters:N0} of {Parameters:N0} trained, " +
            $"{StateMiB:F1} MiB of gradients, moments and copies, {AdapterMiB:F2} MiB to keep";
}
