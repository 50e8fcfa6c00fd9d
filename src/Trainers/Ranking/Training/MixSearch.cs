using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// Chooses the weights of the parts of a start mix by NDCG on held-out rows: coordinate steps from equal parts and from the best part
/// alone. What little data cannot tell from noise is drawn back: between equal parts e and the best weights w found the mix is
/// e + k (w - e) with k = d^2 / (d^2 + v), d the gain of w over e and v the variance of its mean over the users. It never ends below the
/// best part alone. No part is dropped on a tie.
/// </summary>
internal sealed class MixSearch
{
    private const int Passes = 3;
    private static readonly float[] s_factors = [0, 0.3f, 0.5f, 0.7f, 0.85f, 1.2f, 1.5f, 2, 3.5f];

    private readonly MixCases _cases;
    private readonly float[] _scales;

    /// <param name="cases">What a mix is judged by.</param>
    /// <param name="scales">A part of scale 0 says nothing and has no weight.</param>
    public MixSearch(MixCases cases, float[] scales) => (_cases, _scales) = (cases, scales);

    /// <summary>NDCG of each part alone, after <see cref="Run"/>.</summary>
    public double[] Alone { get; private set; } = [];

    /// <summary>NDCG of the mix chosen.</summary>
    public double Chosen { get; private set; }

    /// <summary>How much of the way from equal parts to the best weights found was gone.</summary>
    public double Trust { get; private set; }

    /// <summary>The weights, of sum 1.</summary>
    public float[] Run()
    {
        int parts = _cases.Parts;
        if (parts == 0)
            return [];
        float[] equal = Normalized([.. _scales.Select(scale => scale == 0 ? 0f : 1f)]);
        double[] equalValues = _cases.PerUser(equal);
        Alone = [.. Enumerable.Range(0, parts).Select(p => _scales[p] == 0 ? 0 : Mean(OneHot(p)))];
        int bestAlone = Array.IndexOf(Alone, Alone.Max());
        float[] best = equal;
        double reached = equalValues.Average();
        foreach (float[] start in (float[][])[equal, Normalized([.. OneHot(bestAlone).Zip(equal, (one, e) => one + (0.3f * e))])])
        {
            var (mix, ndcg) = Climb(start);
            if (ndcg > reached)
                (best, reached) = (mix, ndcg);
        }

        double[] gains = [.. _cases.PerUser(best).Zip(equalValues, (b, e) => b - e)];
        double gain = gains.Average(), noise = PairedGain.VarianceOfMean(gains);
        Trust = gain <= 0 ? 0 : gain * gain / (gain * gain + noise);
        foreach (double trust in (double[])[Trust, (1 + Trust) / 2, 1])
        {
            float[] mix = [.. equal.Zip(best, (e, b) => e + (float)trust * (b - e))];
            Chosen = Mean(mix);
            Trust = trust;
            if (Chosen >= Alone[bestAlone])
                return mix;
        }

        if (reached >= Alone[bestAlone])
            return best;
        Chosen = Alone[bestAlone];
        return OneHot(bestAlone);
    }

    private (float[] Mix, double Ndcg) Climb(float[] start)
    {
        float[] mix = start;
        double reached = Mean(mix);
        for (int pass = 0; pass < Passes; pass++)
        {
            double before = reached;
            for (int part = 0; part < mix.Length; part++)
            {
                if (_scales[part] == 0 || mix.Length == 1)
                    continue;
                float from = mix[part] > 0 ? mix[part] : 0.1f;
                foreach (float factor in s_factors)
                {
                    float[] trial = [.. mix];
                    trial[part] = from * factor;
                    if (trial.All(w => w == 0))
                        continue;
                    trial = Normalized(trial);
                    double ndcg = Mean(trial);
                    if (ndcg > reached)
                        (mix, reached) = (trial, ndcg);
                }
            }

            if (reached <= before)
                break;
        }

        return (mix, reached);
    }

    private double Mean(float[] mix) => _cases.PerUser(mix).Average();

    private float[] OneHot(int part) => [.. Enumerable.Range(0, _cases.Parts).Select(p => p == part ? 1f : 0f)];

    private static float[] Normalized(float[] mix)
    {
        float sum = mix.Sum();
        return sum == 0 ? mix : [.. mix.Select(w => w / sum)];
    }
}
