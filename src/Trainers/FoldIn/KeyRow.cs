namespace HybridRec.MLNet.FoldIn;

/// <summary>A row of one id, for views made of ids.</summary>
/// <typeparam name="T">Type of the ids.</typeparam>
internal sealed class KeyRow<T>
{
    public T? Value { get; set; }
}
