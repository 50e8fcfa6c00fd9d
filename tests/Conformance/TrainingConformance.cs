using Microsoft.ML;

namespace HybridRec.MLNet.Conformance;

/// <summary>What every estimator must do that learns from rows: those that have a seed, threads and a cancellation token.</summary>
/// <typeparam name="TTransformer">What the estimator fits.</typeparam>
public abstract class TrainingConformance<TTransformer> : EstimatorConformance<TTransformer>
    where TTransformer : class, ITransformer
{
    [Fact]
    public void Fit_NoRows_IsAClearError()
    {
        Trained trained = Train();
        IDataView none = trained.Preparation.Transform(Checkerboard.View(trained.Ml, []));
        Exception error = Assert.ThrowsAny<Exception>(() => Estimator(trained.Ml, new()).Fit(none));
        Assert.True(error is ArgumentException or InvalidOperationException or InvalidDataException, error.ToString());
        Assert.Contains("no rows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OtherThreadCounts_GiveIdenticalBytes()
    {
        Trained one = Train(new(Threads: 1));
        byte[] expected = ModelBytes.Save(one.Ml, one.Model, one.Data.Schema);
        foreach (int threads in (int[])[2, 3, 0])
        {
            Trained other = Train(new(Threads: threads));
            ModelBytes.AssertSame(expected, ModelBytes.Save(other.Ml, other.Model, other.Data.Schema));
        }
    }

    [Fact]
    public void Fit_Cancelled_Throws()
    {
        Trained trained = Train();
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Estimator(trained.Ml, new(Cancellation: source.Token)).Fit(trained.Data));
    }

    [Fact]
    public void Fit_CancelledAfterReading_Throws()
    {
        Trained trained = Train();
        using var source = new CancellationTokenSource();
        var view = new GuardedView(trained.Data, onEnd: source.Cancel);
        Assert.ThrowsAny<OperationCanceledException>(() => Estimator(trained.Ml, new(Cancellation: source.Token)).Fit(view));
        Assert.True(source.IsCancellationRequested);
    }
}
