using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class ModelLoadContext
{
    private ModelLoadContext() => throw Stub.Error;

    public void CheckAtModel(VersionInfo ver) => throw Stub.Error;

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action) => throw Stub.Error;

    public void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra)
        where TRes : class => throw Stub.Error;
}
