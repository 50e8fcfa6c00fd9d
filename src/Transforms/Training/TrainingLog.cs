using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Training;

/// <summary>
/// The log of one fit: lines to <c>mlContext.Log</c> and epochs to the caller's progress. ML.NET's own progress channel is not used:
/// under an MLContext nothing reads it and its events queue for ever.
/// </summary>
internal sealed class TrainingLog(IHost host, string stage, IProgress<TrainingProgress>? progress = null) : IDisposable
{
    private readonly IChannel _channel = host.Start("Training");
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Time since the log was opened.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Logs a line.</summary>
    public void Info(FormattableString message) => _channel.Info(MessageSensitivity.None, message.ToString(CultureInfo.InvariantCulture));

    /// <summary>Logs a warning: what is odd, and what to do about it.</summary>
    public void Warning(FormattableString message) =>
        _channel.Warning(MessageSensitivity.None, message.ToString(CultureInfo.InvariantCulture));

    /// <summary>Logs an epoch and reports it.</summary>
    public void Epoch(int epoch, int epochs, double loss, double? validationNdcg = null)
    {
        Info(validationNdcg is { } ndcg
            ? $"epoch {epoch} of {epochs}: loss {loss:F6}, validation NDCG {ndcg:F4}, {Elapsed.TotalSeconds:F1} s"
            : (FormattableString)$"epoch {epoch} of {epochs}: loss {loss:F6}, {Elapsed.TotalSeconds:F1} s");
        progress?.Report(new TrainingProgress(stage, epoch, epochs, loss, validationNdcg, Elapsed));
    }

    /// <summary>Logs a step of a fit that has no loss, and reports it as an epoch whose loss is NaN.</summary>
    public void Step(int step, int steps)
    {
        Info($"step {step} of {steps}, {Elapsed.TotalSeconds:F1} s");
        progress?.Report(new TrainingProgress(stage, step, steps, double.NaN, null, Elapsed));
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();
}
