using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// Numbers for TorchSharp that are held for ever, and sums that use them. TorchSharp hands native code the pointer of a
/// <see cref="Scalar"/> and then lets go of the object, which the garbage collector may free while native code reads it; a sum of two
/// tensors makes one too (its factor, 1). Operators with a double or an int hold theirs for products, quotients and differences. So: no
/// number to a method of a tensor, and no plus, but by this class.
/// </summary>
internal static class Held
{
    // A number of an option or a shape each: few in a process.
    private static readonly ConcurrentDictionary<double, Scalar> s_numbers = new();

    /// <summary>A number to hand over.</summary>
    public static Scalar Number(double value) => s_numbers.GetOrAdd(value, static given => given);

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, Number(1));

    /// <summary>a + b, b a number.</summary>
    public static Tensor Plus(this Tensor a, double b) => a.add(Number(b), Number(1));

    /// <summary>a = a + b.</summary>
    public static Tensor AddInPlace(this Tensor a, Tensor b) => a.add_(b, Number(1));

    /// <summary>a * b, b a number.</summary>
    public static Tensor Times(this Tensor a, double b) => a.mul(Number(b));

    /// <summary>a / b, b a number.</summary>
    public static Tensor Over(this Tensor a, double b) => a.div(Number(b));

    /// <summary>a squared.</summary>
    public static Tensor Squared(this Tensor a) => a.pow(Number(2));

    /// <summary>Minus infinity where the mask is true.</summary>
    public static Tensor Without(this Tensor a, Tensor mask) => a.masked_fill(mask, Number(double.NegativeInfinity));
}
