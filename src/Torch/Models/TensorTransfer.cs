using HybridRec.MLNet.Files;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>Moves tensors between safetensors and torch. Computing is in Single; files keep their type.</summary>
internal static class TensorTransfer
{
    /// <summary>A float tensor of a file as Single on a device, outside of every scope.</summary>
    public static Tensor ToTensor(SafeTensorsFile file, TensorEntry entry, Device device)
    {
        using var scope = NewDisposeScope();
        if (entry.Bytes > int.MaxValue)
            throw new NotSupportedException(
                $"Tensor '{entry.Name}' of '{file.Name}' has {entry.Bytes} bytes; at most {int.MaxValue} are read at a time.");
        var tensor = empty(entry.Shape, TorchType(entry.Type));
        if (entry.Bytes > 0)
            file.Read(entry, 0, tensor.bytes);
        return tensor.to(ScalarType.Float32, device).DetachFromDisposeScope();
    }

    /// <summary>
    /// The values in memory of torch's own. A tensor made of an array lies where the array lies, which is not aligned; products of matrices
    /// then round otherwise from one run to the next on some processors.
    /// </summary>
    public static Tensor ToTensor(float[] values, ReadOnlySpan<long> shape, Device device)
    {
        using var there = tensor(values, shape, device: device);
        return there.clone();
    }

    /// <summary>A tensor to be written in a type of its own.</summary>
    public static TensorData ToData(string name, Tensor tensor, TensorType type) => new(name, type, tensor.shape, stream =>
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var written = tensor.detach().to(TorchType(type), CPU).contiguous();
        if (written.numel() > 0)
            stream.Write(written.bytes);
    });

    /// <summary>The values of a tensor.</summary>
    public static float[] ToArray(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        float[] values = new float[tensor.numel()];
        if (values.Length > 0)
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.detach().to(ScalarType.Float32, CPU).contiguous().bytes)
                .CopyTo(values);
        return values;
    }

    public static bool IsFloat(TensorType type) => type is TensorType.F16 or TensorType.BF16 or TensorType.F32;

    private static ScalarType TorchType(TensorType type) => type switch
    {
        TensorType.F16 => ScalarType.Float16,
        TensorType.BF16 => ScalarType.BFloat16,
        _ => ScalarType.Float32,
    };
}
