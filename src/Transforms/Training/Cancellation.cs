using HybridRec.MLNet.Hosting;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Training;

/// <summary>Cancellation of a fit: by the caller's token, or by the context itself (AutoML's time limit).</summary>
internal static class Cancellation
{
    /// <summary>Throws when either asks for it.</summary>
    /// <exception cref="OperationCanceledException">The token or the context of the host was canceled.</exception>
    public static void ThrowIfRequested(IHostEnvironment host, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (ModelIo.IsCancelled(host))
            throw new OperationCanceledException(
                "The ML.NET context was cancelled; nothing was trained. Make a new MLContext to fit again.");
    }
}
