using System.Diagnostics;
using System.Numerics.Tensors;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Text.Onnx;

namespace HybridRec.MLNet.Compression;

/// <summary>Makes an ONNX encoder INT8 within an error budget, measured on sample texts.</summary>
internal sealed class EncoderQuantizer
{
    /// <summary>Runs of both models of which the fastest counts.</summary>
    private const int TimedRuns = 3;

    private readonly OnnxEncoder _source;
    private readonly QuantizationOptions _options;
    private readonly CancellationToken _cancellationToken;
    private readonly string _name;
    private readonly byte[] _model;
    private readonly string[] _texts;
    private readonly float[] _expected;
    private readonly IReadOnlyDictionary<string, (float Low, float High)>? _ranges;

    private EncoderQuantizer(
        OnnxEncoder source, IReadOnlyList<string> texts, QuantizationOptions options, CancellationToken cancellationToken)
    {
        (_source, _options, _cancellationToken) = (source, options, cancellationToken);
        _name = $"The ONNX model of '{source.Name}'";
        _model = source.ModelBytes();
        _texts = SampleTexts.Pick(texts, options.SampleTexts);
        Layers = OnnxQuantizer.Layers(OnnxFile.Parse(_model, _name), _name, options.Scaling);
        _expected = Encode(source);
        if (options.Scaling == ActivationScaling.Static)
            _ranges = new ActivationRanges(_source, _model, _name).Measure(Layers, _texts, cancellationToken);
    }

    private List<OnnxLayer> Layers { get; }

    /// <summary>The INT8 encoder, which the caller owns, and what it cost.</summary>
    /// <param name="source">The float encoder; stays open.</param>
    /// <param name="texts">The texts of the column.</param>
    /// <param name="options">Budget and kind.</param>
    /// <param name="cancellationToken">Checked between runs of the model.</param>
    /// <exception cref="InvalidDataException">The model is damaged.</exception>
    /// <exception cref="NotSupportedException">Nothing of the model can be INT8.</exception>
    /// <exception cref="InvalidOperationException">No layer can be INT8 within the budget.</exception>
    public static (OnnxEncoder Encoder, QuantizationReport Report) Run(
        OnnxEncoder source, IReadOnlyList<string> texts, QuantizationOptions options, CancellationToken cancellationToken)
    {
        var quantizer = new EncoderQuantizer(source, texts, options, cancellationToken);
        var (encoder, bytes, kept) = quantizer.WithinBudget();
        try
        {
            return (encoder, quantizer.Report(encoder, bytes, kept));
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    private (OnnxEncoder Encoder, byte[] Bytes, OnnxLayer[] Kept) WithinBudget()
    {
        var (encoder, bytes, error) = Try(Layers);
        if (error.Mean <= _options.MaxError)
            return (encoder, bytes, []);
        encoder.Dispose();
        OnnxLayer[] order = BySensitivity();
        // The fewest of the most sensitive layers that have to stay float: all of them certainly do.
        (OnnxEncoder, byte[], OnnxLayer[])? best = null;
        for (int low = 0, high = order.Length; high - low > 1;)
        {
            int middle = (low + high) / 2;
            (encoder, bytes, error) = Try(order[middle..]);
            if (error.Mean <= _options.MaxError)
            {
                best?.Item1.Dispose();
                (best, high) = ((encoder, bytes, order[..middle]), middle);
            }
            else
            {
                encoder.Dispose();
                low = middle;
            }
        }
        return best ?? throw new InvalidOperationException(FormattableString.Invariant(
            $"{_name} has no layer that can be INT8 within MaxError = {_options.MaxError}: '{order[^1].Name}' alone costs more. Raise ") +
                FormattableString.Invariant($"MaxError, or leave the weights {WeightPrecision.Single}."));
    }

    /// <summary>The layers by the error each makes alone, largest first.</summary>
    private OnnxLayer[] BySensitivity()
    {
        var errors = new Dictionary<OnnxLayer, double>();
        foreach (var layer in Layers)
        {
            var (encoder, _, error) = Try([layer]);
            encoder.Dispose();
            errors[layer] = error.Mean;
        }
        return [.. Layers.OrderByDescending(l => errors[l])]; // stable: layers of one error keep the order of the graph
    }

    private (OnnxEncoder Encoder, byte[] Bytes, (double Mean, double Worst) Error) Try(IReadOnlyCollection<OnnxLayer> layers)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        byte[] bytes = OnnxQuantizer.Rewrite(
            _model, _name, layers.Select(l => l.Name).ToHashSet(StringComparer.Ordinal), _options.WeightBits, _ranges);
        var encoder = _source.With(OnnxModel.Open(bytes, _source.Options, $"of '{_source.Name}' in INT8"));
        try
        {
            return (encoder, bytes, Error(Encode(encoder)));
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    private (double Mean, double Worst) Error(float[] found)
    {
        int d = _source.Dimension;
        double total = 0, worst = 0;
        for (int i = 0; i < _texts.Length; i++)
        {
            ReadOnlySpan<float> a = _expected.AsSpan(i * d, d), b = found.AsSpan(i * d, d);
            double error = a.IndexOfAnyExcept(0) < 0 && b.IndexOfAnyExcept(0) < 0 ? 0 : 1 - TensorPrimitives.CosineSimilarity(a, b);
            if (!double.IsFinite(error))
                error = 2; // as far away as a vector can point
            total += error;
            worst = Math.Max(worst, error);
        }
        return (Math.Max(0, total / _texts.Length), worst);
    }

    private QuantizationReport Report(OnnxEncoder encoder, byte[] bytes, OnnxLayer[] kept)
    {
        long tokens = _source.Tokenize(_texts).Sum(t => (long)t.Length);
        double before = double.MaxValue, after = double.MaxValue;
        for (int run = 0; run < TimedRuns; run++)
            (before, after) = (Math.Min(before, Seconds(_source)), Math.Min(after, Seconds(encoder)));
        var error = Error(Encode(encoder));
        return new QuantizationReport
        {
            FloatBytes = _model.Length,
            Int8Bytes = bytes.Length,
            MeanError = error.Mean,
            WorstError = error.Worst,
            FloatTokensPerSecond = tokens / before,
            Int8TokensPerSecond = tokens / after,
            Int8Layers = [.. Layers.Except(kept).Select(l => l.Name)],
            FloatLayers = [.. kept.Select(l => l.Name)],
            Options = _options,
        };
    }

    private double Seconds(OnnxEncoder encoder)
    {
        long start = Stopwatch.GetTimestamp();
        Encode(encoder);
        return Math.Max(1e-9, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private float[] Encode(OnnxEncoder encoder)
    {
        float[] rows = new float[_texts.Length * encoder.Dimension];
        encoder.Encode(_texts, rows, FittedEncoder.DefaultBatchSize, _cancellationToken);
        return rows;
    }
}
