using System.Runtime.ExceptionServices;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Runs numbered chunks of work on several threads. What a chunk does must depend on its number alone; then the result is
/// the same for any number of threads. The calling thread takes part, so that a busy thread pool can never block a call.
/// </summary>
internal static class Parallelism
{
    /// <summary>The number of threads that 0 stands for: all cores of this process.</summary>
    public static int Resolve(int threads)
    {
        Guard.AtLeast(threads, 0, nameof(threads));
        return threads == 0 ? Environment.ProcessorCount : threads;
    }

    /// <summary>Calls <paramref name="body"/> once for each of 0 to <paramref name="chunks"/> - 1 and waits for all.</summary>
    /// <param name="chunks">Number of chunks; 0 does nothing.</param>
    /// <param name="threads">Most threads to use; 0 takes all cores, 1 runs in order on the calling thread.</param>
    /// <param name="body">The work of a chunk. When chunks throw, no new one starts and the failure of the lowest is thrown on.</param>
    public static void For(int chunks, int threads, Action<int> body)
    {
        Guard.AtLeast(chunks, 0, nameof(chunks));
        int workers = Math.Min(Resolve(threads), chunks);
        if (workers <= 1)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
                body(chunk);
            return;
        }

        var job = new Job(chunks, body);
        for (int i = 1; i < workers; i++)
            ThreadPool.UnsafeQueueUserWorkItem(job, preferLocal: false);
        job.Execute();
        job.Wait();
    }

    private sealed class Job(int chunks, Action<int> body) : IThreadPoolWorkItem
    {
        private readonly Lock _gate = new();
        private readonly ManualResetEventSlim _finished = new();
        private int _next;
        private int _done;
        private int _failedChunk = int.MaxValue;
        private ExceptionDispatchInfo? _failure;

        public void Execute()
        {
            // A worker that comes late finds no chunk left and returns without touching the caller's data.
            for (int chunk; (chunk = Interlocked.Increment(ref _next) - 1) < chunks;)
            {
                try
                {
                    if (Volatile.Read(ref _failedChunk) == int.MaxValue)
                        body(chunk);
                }
                catch (Exception error)
                {
                    Fail(chunk, error);
                }
                if (Interlocked.Increment(ref _done) == chunks)
                    _finished.Set();
            }
        }

        public void Wait()
        {
            // Spins for some microseconds, since the last chunk is usually that close, then blocks.
            _finished.Wait();
            _failure?.Throw();
        }

        private void Fail(int chunk, Exception error)
        {
            lock (_gate)
            {
                if (chunk < _failedChunk)
                    (_failure, _failedChunk) = (ExceptionDispatchInfo.Capture(error), chunk);
            }
        }
    }
}
