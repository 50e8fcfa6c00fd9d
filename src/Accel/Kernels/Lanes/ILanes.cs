namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// The operations on one register of floats that kernels are written in. A kernel is generic over the register; the compiler makes a
/// body of its own for each width, with the instructions of one written for that width by hand.
/// </summary>
/// <typeparam name="TVector">The register, such as Vector128 of float.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>Floats of the register.</summary>
    static abstract int Count { get; }

    /// <summary>The floats from here on.</summary>
    static abstract TVector Load(float* from);

    /// <summary>The floats from an index on.</summary>
    static abstract TVector Load(ref float first, nuint index);

    /// <summary>Writes all floats.</summary>
    static abstract void Store(TVector vector, float* to);

    /// <summary>The same float in each lane.</summary>
    static abstract TVector Fill(float value);

    /// <summary>a + b.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract TVector FusedMultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>All bits of the lanes where a > limit.</summary>
    static abstract TVector Above(TVector a, TVector limit);

    /// <summary>Whether a lane of a mask is set: one instruction, where <see cref="Bits"/> is several on arm64.</summary>
    static abstract bool Any(TVector mask);

    /// <summary>One bit for each lane of a mask; the lowest is that of the first.</summary>
    static abstract uint Bits(TVector mask);

    /// <summary>The lower halves of words of a <see cref="BFloat16Table"/> as floats.</summary>
    static abstract TVector Lower(uint* words);

    /// <summary>The upper halves.</summary>
    static abstract TVector Upper(uint* words);
}
