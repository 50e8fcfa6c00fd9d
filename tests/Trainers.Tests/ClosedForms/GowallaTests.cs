using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.ClosedForms;

public sealed class GowallaTests
{
    /// <summary>
    /// Turbo-CF draws no number, so its quality on a public split is one number; a reimplementation of its own has .1830 and .1513.
    /// </summary>
    [Fact]
    public void TurboCf_LightGcnSplit_HasThePublishedRecallAndNdcg()
    {
        var ml = new MLContext();
        var split = ml.Hybrid.Data.LoadLightGcnSplit(RealData.Folder("gowalla"));
        var model = FilterData.Keys(ml).Append(ml.Hybrid.GraphFilter(ClosedForm.TurboCf(alpha: 0.6f))).Fit(split.TrainSet);
        var report = ml.Hybrid.EvaluateTopK(model, split, new TopKOptions { K = [20], BootstrapSamples = 0, Baselines = false });
        Assert.Equal(29858, report.Counts.Users);
        Assert.Equal(0.1830, report[TopKMetric.Recall, 20].Value, 0.0005);
        Assert.Equal(0.1513, report[TopKMetric.Ndcg, 20].Value, 0.0005);
    }
}
