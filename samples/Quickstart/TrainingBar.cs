using System.Diagnostics;
using HybridRec.MLNet;
using Microsoft.ML;
using Spectre.Console;

namespace Quickstart;

/// <summary>Fits a pipeline behind a progress bar that is fed by the stages' own progress reports.</summary>
internal static class TrainingBar
{
    public static ITransformer Fit(string name, Func<IProgress<TrainingProgress>, ITransformer> fit) =>
        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new SpinnerColumn())
            .Start(context =>
            {
                var bar = context.AddTask(Markup.Escape(name));
                return fit(new BarProgress(bar, name));
            });

    // Progress<T> would post to the thread pool and let lines arrive out of order; the bar is thread-safe itself.
    private sealed class BarProgress(ProgressTask bar, string name) : IProgress<TrainingProgress>
    {
        private (string Stage, int Epochs) _stage;
        private int _first;
        private long _since;

        public void Report(TrainingProgress value)
        {
            bar.MaxValue = value.Epochs;
            bar.Value = value.Epoch;
            string ndcg = value.Validation is { } n ? $", inner NDCG {n:F4}" : "";
            bar.Description = Markup.Escape($"{name}: {value.Stage} {value.Epoch}/{value.Epochs}{ndcg}{Left(value)}");
        }

        // By the stage's own pace so far; a stage that stops early ends sooner, so it is a bound.
        private string Left(TrainingProgress value)
        {
            if (_stage != (value.Stage, value.Epochs))
                (_stage, _first, _since) = ((value.Stage, value.Epochs), value.Epoch, Stopwatch.GetTimestamp());
            if (value.Epoch <= _first)
                return "";
            var left = Stopwatch.GetElapsedTime(_since) / (value.Epoch - _first) * (value.Epochs - value.Epoch);
            return $", at most {Math.Ceiling(left.TotalSeconds):F0} s of it left";
        }
    }
}
