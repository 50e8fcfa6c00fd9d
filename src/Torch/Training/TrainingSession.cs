using HybridRec.MLNet.Training;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>One training in its surroundings: whom it tells, who may end it, and how many threads it has.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly IHost _host;
    private readonly CancellationTokenSource _ending;
    private readonly int? _threadsBefore;

    /// <param name="host">Its log is the context's; its context may be canceled.</param>
    /// <param name="stage">The component, for the log.</param>
    /// <param name="settings">Progress, token and threads.</param>
    /// <param name="token">The caller's token, beside that of the settings.</param>
    /// <param name="progress">Told where the settings name nobody.</param>
    public TrainingSession(
        IHost host, string stage, TrainingSettings settings, CancellationToken token, IProgress<TrainingProgress>? progress = null)
    {
        _host = host;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(token, settings.CancellationToken);
        Log = new TrainingLog(host, stage, settings.Progress ?? progress);
        if (settings.Threads == 0)
            return;
        // libtorch has one number for the process.
        _threadsBefore = get_num_threads();
        set_num_threads(settings.Threads);
    }

    public TrainingLog Log { get; }

    /// <summary>Either of the two tokens.</summary>
    public CancellationToken Token => _ending.Token;

    /// <exception cref="OperationCanceledException">A token or the context was canceled.</exception>
    public void ThrowIfCancelled() => Cancellation.ThrowIfRequested(_host, Token);

    public void Dispose()
    {
        if (_threadsBefore is { } threads)
            set_num_threads(threads);
        Log.Dispose();
        _ending.Dispose();
    }
}
