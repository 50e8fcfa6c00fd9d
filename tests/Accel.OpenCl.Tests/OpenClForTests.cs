namespace HybridRec.MLNet.Accel.Tests.Backends;

/// <summary>
/// One backend of OpenCL for all tests. Where OpenCL is not to be had they are skipped, with the reason; where HYBRIDREC_OPENCL_LIBRARY
/// says that it is, that is a failure.
/// </summary>
internal static class OpenClForTests
{
    private static readonly Lazy<(OpenClAggregationBackend? Backend, BackendUnavailableException? Error)> s_shared = new(Open);

    public static OpenClAggregationBackend Shared
    {
        get
        {
            (OpenClAggregationBackend? backend, BackendUnavailableException? error) = s_shared.Value;
            if (error is not null)
            {
                Assert.True(
                    string.IsNullOrEmpty(Environment.GetEnvironmentVariable(OpenClApi.Variable)),
                    $"{OpenClApi.Variable} is set, but: {error.Message}");
                Assert.Skip($"{error.Message} Then: source ~/.cache/hybridrec/pocl/env");
            }

            return backend!;
        }
    }

    private static (OpenClAggregationBackend?, BackendUnavailableException?) Open()
    {
        try
        {
            return (new OpenClAggregationBackend(), null);
        }
        catch (BackendUnavailableException error)
        {
            return (null, error);
        }
    }
}
