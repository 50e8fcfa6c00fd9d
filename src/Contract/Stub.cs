namespace Microsoft.ML;

internal static class Stub
{
    public static NotSupportedException Error => new("This is a compile-time stub; the real Microsoft.ML.Core was not found.");
}
