using System.Runtime.Intrinsics;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// A table rounded to bfloat16, the upper half of a <see cref="float"/>: its sign, its 8 bits of exponent and 7 of the fraction, a relative
/// error of at most 2^-8. Two columns share a 32-bit word: word w of a block of 32 columns holds column w in its lower and column 16 + w
/// in its upper half, so that a register of words becomes two of floats by a shift and a mask. Rows are filled
/// up with zeros to whole blocks.
/// </summary>
internal static unsafe class BFloat16Table
{
    /// <summary>Columns of a block.</summary>
    public const int BlockColumns = 32;

    /// <summary>Words of a block.</summary>
    public const int BlockWords = 16;

    private const uint UpperHalf = 0xFFFF0000;

    /// <summary>Words of a row.</summary>
    public static int RowWords(int dimension) => (dimension + BlockColumns - 1) / BlockColumns * BlockWords;

    /// <summary>Rounds rows to the nearest, ties to even; NaN stays NaN, and what is beyond the range becomes infinite.</summary>
    /// <param name="source">Rows x dimension.</param>
    /// <param name="packed">Receives rows x <see cref="RowWords"/>.</param>
    /// <param name="dimension">Columns.</param>
    public static void Round(ReadOnlySpan<float> source, Span<uint> packed, int dimension)
    {
        Guard.AtLeast(dimension, 1, nameof(dimension));
        int rows = source.Length / dimension, words = RowWords(dimension);
        Guard.Length(source.Length, (long)rows * dimension, nameof(source), "whole rows");
        Guard.Length(packed.Length, (long)rows * words, nameof(packed), "rows * words of a row");
        fixed (float* from = source)
        fixed (uint* to = packed)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int first = 0; first < dimension; first += BlockColumns)
                {
                    float* block = from + ((nint)row * dimension) + first;
                    uint* word = to + ((nint)row * words) + (first / 2);
                    if (KernelPath.UseVector && first + BlockColumns <= dimension)
                    {
                        if (KernelPath.Use256)
                            Pack<Lanes256, Vector256<float>>(block, word);
                        else
                            Pack<Lanes128, Vector128<float>>(block, word);
                        continue;
                    }

                    for (int w = 0; w < BlockWords; w++)
                    {
                        uint lower = first + w < dimension ? Rounded(block[w]) : 0;
                        uint upper = first + 16 + w < dimension ? Rounded(block[16 + w]) : 0;
                        word[w] = (lower >> 16) | (upper & UpperHalf);
                    }
                }
            }
        }
    }

    /// <summary>One number of a packed row.</summary>
    public static float Get(ReadOnlySpan<uint> row, int column)
    {
        uint word = row[(column / BlockColumns * BlockWords) + (column % BlockWords)];
        return BitConverter.UInt32BitsToSingle(column % BlockColumns < BlockWords ? word << 16 : word & UpperHalf);
    }

    private static void Pack<TLanes, TVector>(float* block, uint* word)
        where TLanes : struct, IMathLanes<TVector>
        where TVector : struct
    {
        for (int w = 0; w < BlockWords; w += TLanes.Count)
            TLanes.StoreHalves(TLanes.Load(block + w), TLanes.Load(block + BlockWords + w), word + w);
    }

    private static uint Rounded(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? bits | 0x400000 : bits + 0x7FFF + ((bits >> 16) & 1);
    }
}
