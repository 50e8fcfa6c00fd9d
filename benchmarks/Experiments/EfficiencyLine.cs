namespace HybridRec.MLNet.Experiments;

/// <summary>
/// One line of the JSON file of <c>efficiency</c>. Seconds are of the tuning, of a distilled encoder those of its teacher's tuning too,
/// without judging; "to target" is null where the quality was never reached. Gains are NDCG@10 over the frozen encoder in the same place,
/// paired over users; shares those of the fully tuned one.
/// </summary>
internal sealed record EfficiencyLine(
    string Data, string Encoder, int Seed, string Variant, double Target, double? SecondsToTarget, double? CpuSecondsToTarget,
    double Seconds, double CpuSeconds, double PeakMemoryMiB, long TrainedParameters, long Bytes,
    double StartNdcg, double BestNdcg, int BestEpoch, bool Centered, int Epochs, int PairsPerEpoch, int ValidationUsers, double Ndcg10,
    double Lower, double Upper, double Gain, double GainLower, double GainUpper,
    double TextNdcg10, double TextLower, double TextUpper, double TextGain, double TextGainLower, double TextGainUpper,
    double ShareOfTeacher, double TextShareOfTeacher, double TextsPerSecond)
{
    public static EfficiencyLine Of(
        EfficiencyOptions options, EfficiencyResult result, EfficiencyResult? teacher, double target, double textsPerSecond,
        (TopKReport Text, TopKReport Hybrid) report, (TopKReport Text, TopKReport Hybrid) frozen,
        (TopKReport Text, TopKReport Hybrid) tuned)
    {
        EfficiencyPoint best = result.Best;
        EfficiencyPoint? reached = result.Curve.FirstOrDefault(p => p.Ndcg10 >= target);
        double before = teacher?.Seconds ?? 0, cpuBefore = teacher?.CpuSeconds ?? 0;
        MetricEstimate ndcg = report.Hybrid[TopKMetric.Ndcg, 10], text = report.Text[TopKMetric.Ndcg, 10];
        MetricDifference gain = report.Hybrid.CompareTo(frozen.Hybrid, TopKMetric.Ndcg, 10),
            textGain = report.Text.CompareTo(frozen.Text, TopKMetric.Ndcg, 10);
        return new EfficiencyLine(
            options.Data, options.Encoder, options.Seed, result.Variant, target, reached is null ? null : before + reached.Seconds,
            reached is null ? null : cpuBefore + reached.CpuSeconds, before + result.Seconds, cpuBefore + result.CpuSeconds,
            result.PeakMemoryMiB, result.TrainedParameters, result.Bytes, result.Curve[0].Ndcg10, best.Ndcg10, best.Epoch, best.Centered,
            options.Epochs, options.PairsPerEpoch, result.Users, ndcg.Value, ndcg.Lower, ndcg.Upper, gain.Difference, gain.Lower,
            gain.Upper, text.Value, text.Lower, text.Upper, textGain.Difference, textGain.Lower, textGain.Upper,
            ndcg.Value / tuned.Hybrid[TopKMetric.Ndcg, 10].Value, text.Value / tuned.Text[TopKMetric.Ndcg, 10].Value, textsPerSecond);
    }

    public override string ToString()
    {
        string time = SecondsToTarget is null
            ? "target never reached"
            : $"target after {SecondsToTarget:F0} s ({CpuSecondsToTarget:F0} s of a core)";
        return $"{Variant,-10} {time}; in all {Seconds:F0} s ({CpuSeconds:F0}), peak {PeakMemoryMiB:F0} MiB, {TrainedParameters:N0} " +
            $"trained parameters, {Bytes / 1e6:F2} MB; best epoch {BestEpoch}: {BestNdcg:F4}{(Centered ? ", centered" : "")}; " +
            $"{TextsPerSecond:F0} texts/s\n           test NDCG@10: hybrid {Ndcg10:F4} [{Lower:F4}, {Upper:F4}], over frozen " +
            $"{Gain:+0.0000;-0.0000} [{GainLower:+0.0000;-0.0000}, {GainUpper:+0.0000;-0.0000}], {ShareOfTeacher:P1} of full; "
            + $"text {TextNdcg10:F4} [{TextLower:F4}, {TextUpper:F4}], over frozen {TextGain:+0.0000;-0.0000} " +
                $"[{TextGainLower:+0.0000;-0.0000}, {TextGainUpper:+0.0000;-0.0000}], {TextShareOfTeacher:P1} of full";
    }
}
