using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Hosting;

public sealed class HybridCatalogTests
{
    [Fact]
    public void Hybrid_AnyContext_KnowsItsContext()
    {
        var ml = new MLContext();
        Assert.Same(ml, ml.Hybrid.Context);
        Assert.NotNull(ml.Hybrid.Data);
        Assert.Throws<ArgumentNullException>(() => ((MLContext)null!).Hybrid);
    }
}
