namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>What kernels need besides <see cref="ILanes{TVector}"/> that run on at most 256 bits.</summary>
/// <typeparam name="TVector">The register.</typeparam>
internal unsafe interface IMathLanes<TVector> : ILanes<TVector>
    where TVector : struct
{
    /// <summary>Writes all floats, from an index on.</summary>
    static abstract void Store(TVector vector, ref float first, nuint index);

    /// <summary>a - b.</summary>
    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary>a * b.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a / b.</summary>
    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>The square root.</summary>
    static abstract TVector Root(TVector a);

    /// <summary>The sum of all lanes, in an order that depends on the width alone.</summary>
    static abstract float Sum(TVector a);

    /// <summary>All bits of the lanes where a >= limit.</summary>
    static abstract TVector AtLeast(TVector a, TVector limit);

    /// <summary>Rounds to whole numbers, half to even, and to at most <paramref name="most"/> in magnitude.</summary>
    static abstract TVector Round(TVector a, TVector most);

    /// <summary>Writes four registers of whole numbers as bytes.</summary>
    static abstract void StoreBytes(TVector a, TVector b, TVector c, TVector d, sbyte* to);

    /// <summary>Rounds to bfloat16 as <see cref="BFloat16Table"/> does and writes words of two halves.</summary>
    static abstract void StoreHalves(TVector lower, TVector upper, uint* to);
}
