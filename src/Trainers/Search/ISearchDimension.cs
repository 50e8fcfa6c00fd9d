using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Search;

/// <summary>One hyper-parameter and its range.</summary>
internal interface ISearchDimension
{
    string Name { get; }

    /// <summary>The range in words, part of the journal's fingerprint.</summary>
    string Range { get; }

    /// <summary>Draws a value, as invariant text.</summary>
    string Draw(ref Xoshiro256 random);
}
