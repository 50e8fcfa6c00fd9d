using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Selects the best scores: descending score, equal scores by lower index. Once K are found, whole vectors of scores are compared with
/// the K-th best, and only lanes above it are looked at; NaN is above nothing. Scores come in ascending index, so that an equal one never
/// replaces one that is there.
/// </summary>
internal static class TopKKernel
{
    /// <summary>Selects up to indices.Length scores. Excluded ones and NaN are never returned; infinities are ordinary scores.</summary>
    /// <param name="scores">All scores; the index of a score is what is returned.</param>
    /// <param name="excludedSorted">Indices to leave out, ascending; those outside the scores do not matter.</param>
    /// <param name="indices">Receives the indices; its length is K.</param>
    /// <param name="topScores">Receives the scores; K long.</param>
    /// <returns>How many were found: K, or fewer when there are not that many.</returns>
    /// <exception cref="ArgumentException">The two outputs differ in length.</exception>
    public static int Select(ReadOnlySpan<float> scores, ReadOnlySpan<int> excludedSorted, Span<int> indices, Span<float> topScores)
    {
        Guard.Length(topScores.Length, indices.Length, nameof(topScores), "as long as the indices");
        if (indices.IsEmpty)
            return 0;
        if (!KernelPath.UseVector)
            return TopKReference.Select(scores, excludedSorted, indices, topScores);

        return Scan(scores, new Best(0, 0, excludedSorted, indices, topScores));
    }

    /// <summary>Goes on with a selection: takes in the scores that follow those seen so far.</summary>
    /// <param name="scores">The scores of the indices from <paramref name="first"/> on.</param>
    /// <param name="first">The index of the first score; all those selected are below it.</param>
    /// <param name="excludedSorted">Indices to leave out, ascending; those outside the scores do not matter.</param>
    /// <param name="indices">The selection so far, best first; its length is K.</param>
    /// <param name="topScores">Its scores; K long.</param>
    /// <param name="found">How many were found so far.</param>
    /// <returns>How many were found.</returns>
    /// <exception cref="ArgumentException">The two outputs differ in length.</exception>
    public static int SelectMore(
        ReadOnlySpan<float> scores, int first, ReadOnlySpan<int> excludedSorted, Span<int> indices, Span<float> topScores, int found)
    {
        Guard.Length(topScores.Length, indices.Length, nameof(topScores), "as long as the indices");
        if (indices.IsEmpty)
            return 0;
        int before = excludedSorted.BinarySearch(first);
        return Scan(scores, new Best(first, found, excludedSorted[(before < 0 ? ~before : before)..], indices, topScores));
    }

    private static int Scan(ReadOnlySpan<float> scores, Best best)
    {
        int i = 0;
        for (; i < scores.Length && (best.Count < best.Most || !KernelPath.UseVector); i++)
            best.Offer(i, scores[i]);
        if (KernelPath.Use512)
            i = Scan<Lanes512, Vector512<float>>(scores, i, ref best);
        if (KernelPath.Use256)
            i = Scan<Lanes256, Vector256<float>>(scores, i, ref best);
        else
            i = Scan<Lanes128, Vector128<float>>(scores, i, ref best);
        for (; i < scores.Length; i++)
            best.Offer(i, scores[i]);
        return best.Count;
    }

    // Looks at whole registers from an index on; returns the index after them.
    private static int Scan<TLanes, TVector>(ReadOnlySpan<float> scores, int i, ref Best best)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        ref float first = ref MemoryMarshal.GetReference(scores);
        for (; i <= scores.Length - TLanes.Count; i += TLanes.Count)
        {
            TVector above = TLanes.Above(TLanes.Load(ref first, (nuint)i), TLanes.Fill(best.Threshold));
            if (TLanes.Any(above))
                best.OfferLanes(i, scores, TLanes.Bits(above));
        }
        return i;
    }

    /// <summary>The best scores so far, sorted.</summary>
    private ref struct Best(int first, int count, ReadOnlySpan<int> excluded, Span<int> indices, Span<float> scores)
    {
        private readonly int _first = first; // the index of score 0
        private readonly ReadOnlySpan<int> _excluded = excluded;
        private readonly Span<int> _indices = indices;
        private readonly Span<float> _scores = scores;
        private int _nextExcluded;

        public int Count { get; private set; } = count;

        public readonly int Most => _indices.Length;

        /// <summary>The K-th best score: one that is not above it cannot enter a full list.</summary>
        public readonly float Threshold => _scores[^1];

        public void OfferLanes(int firstIndex, ReadOnlySpan<float> scores, uint lanes)
        {
            for (; lanes != 0; lanes &= lanes - 1)
            {
                int index = firstIndex + BitOperations.TrailingZeroCount(lanes);
                Offer(index, scores[index]);
            }
        }

        /// <summary>Places of scores have to be offered in ascending order.</summary>
        public void Offer(int place, float score)
        {
            int index = _first + place;
            if (float.IsNaN(score) || (Count == _indices.Length && !(score > Threshold)) || IsExcluded(index))
                return;
            if (Count < _indices.Length)
                Count++;
            // The place after all scores that are at least as high.
            int low = 0;
            int high = Count - 1;
            while (low < high)
            {
                int middle = (low + high) >>> 1;
                if (_scores[middle] >= score)
                    low = middle + 1;
                else
                    high = middle;
            }
            _scores[low..(Count - 1)].CopyTo(_scores[(low + 1)..]);
            _indices[low..(Count - 1)].CopyTo(_indices[(low + 1)..]);
            (_indices[low], _scores[low]) = (index, score);
        }

        private bool IsExcluded(int index)
        {
            while (_nextExcluded < _excluded.Length && _excluded[_nextExcluded] < index)
                _nextExcluded++;
            return _nextExcluded < _excluded.Length && _excluded[_nextExcluded] == index;
        }
    }
}
