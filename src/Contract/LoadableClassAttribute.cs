namespace Microsoft.ML;

[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class LoadableClassAttribute(
    Type instType, Type loaderType, Type? argType, Type sigType, string userName, params string[] loadNames) : Attribute
{
    public object?[] Arguments => [instType, loaderType, argType, sigType, userName, loadNames];
}
