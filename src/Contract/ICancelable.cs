namespace Microsoft.ML.Runtime;

public interface ICancelable
{
    bool IsCanceled { get; }
}
