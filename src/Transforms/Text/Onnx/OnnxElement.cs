namespace HybridRec.MLNet.Text;

/// <summary>Element types of ONNX tensors, by their numbers in onnx.proto; those this library reads or writes.</summary>
internal enum OnnxElement
{
    Undefined = 0,
    Single = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Half = 10,
    Double = 11,
    BFloat16 = 16,
}
