namespace Microsoft.ML;

public sealed class ModelSaveContext
{
    private ModelSaveContext() => throw Stub.Error;

    public void CheckAtModel() => throw Stub.Error;

    public void SetVersionInfo(VersionInfo ver) => throw Stub.Error;

    public void SaveBinaryStream(string name, Action<BinaryWriter> action) => throw Stub.Error;

    public void SaveModel<T>(T value, string name)
        where T : class => throw Stub.Error;
}
