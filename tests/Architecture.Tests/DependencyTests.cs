using System.Reflection;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Tests.Architecture;

/// <summary>Arrows point one way: Trainers, Torch and Mini to Transforms to Accel to the base class library; Hnsw to Accel.</summary>
public sealed class DependencyTests
{
    private const string Accel = "HybridRec.MLNet.Accel";
    private const string Transforms = "HybridRec.MLNet.Transforms";
    private const string Trainers = "HybridRec.MLNet.Trainers";
    private const string Torch = "HybridRec.MLNet.Torch";
    private const string Storage = "HybridRec.MLNet.Storage";
    private const string Mini = "HybridRec.MLNet.Mini";
    private const string Hnsw = "HybridRec.MLNet.Hnsw";
    private const string OpenCl = "HybridRec.MLNet.Accel.OpenCl";
    private const string Fpga = "HybridRec.MLNet.Accel.Fpga";

    [Fact]
    public void Accel_KnowsNoMlNetAndNothingOfTheHouse()
    {
        string[] references = References(typeof(CsrMatrix).Assembly);
        Assert.DoesNotContain(
            references,
            name => name.StartsWith("Microsoft.ML", StringComparison.Ordinal) || name.StartsWith("HybridRec", StringComparison.Ordinal));
        Assert.All(references, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Transforms_KnowsNeitherTrainersNorTorchNorMini() =>
        AssertNone(Assembly.Load(Transforms), Trainers, Torch, Mini, Storage, "TorchSharp");

    [Fact]
    public void Torch_KnowsTransformsAndNoTrainers()
    {
        AssertNone(Assembly.Load(Torch), Trainers, Mini);
        Assert.Contains(Transforms, References(Assembly.Load(Torch)));
        Assert.Contains("TorchSharp", References(Assembly.Load(Torch)));
    }

    [Fact]
    public void Storage_KnowsTrainersAndNoTorch_AndIsTheOnlyOneThatKnowsStores()
    {
        AssertNone(Assembly.Load(Storage), Torch, "TorchSharp");
        Assert.Contains(Trainers, References(Assembly.Load(Storage)));
        foreach (string name in (string[])[Accel, Transforms, Trainers, Torch])
            AssertNone(Assembly.Load(name), Storage, "Parquet", "Microsoft.Extensions.VectorData");
    }

    [Fact]
    public void Accel_KnowsNoTorchSharp() => AssertNone(typeof(CsrMatrix).Assembly, "TorchSharp");

    [Fact]
    public void Trainers_KnowsNoTorchAndNoMini() => AssertNone(Assembly.Load(Trainers), Torch, Mini, "TorchSharp");

    // A leaf with weights of another license: nothing of the house may need it.
    [Fact]
    public void Mini_KnowsTransformsAlone()
    {
        AssertNone(Assembly.Load(Mini), Trainers, Torch, Accel, "TorchSharp", "Microsoft.ML.OnnxRuntime");
        Assert.Contains(Transforms, References(Assembly.Load(Mini)));
    }

    // A leaf with a native library: nothing of the house may need it.
    [Fact]
    public void Hnsw_KnowsAccelAlone_AndIsTheOnlyOneThatKnowsUSearch()
    {
        AssertNone(Assembly.Load(Hnsw), Transforms, Trainers, Torch, Storage, Mini, "Microsoft.ML");
        Assert.Contains(Accel, References(Assembly.Load(Hnsw)));
        foreach (string name in (string[])[Accel, Transforms, Trainers, Torch, Storage, Mini])
            AssertNone(Assembly.Load(name), Hnsw, "Cloud.Unum.USearch");
    }

    // Backends in packages of their own: the application registers them, so nothing of the house may need them.
    [Theory]
    [InlineData(OpenCl)]
    [InlineData(Fpga)]
    public void Backends_KnowAccelAlone_AndNobodyKnowsThem(string backend)
    {
        Assert.All(
            References(Assembly.Load(backend)),
            name => Assert.True(name == Accel || name.StartsWith("System.", StringComparison.Ordinal), name));
        foreach (string name in (string[])[Accel, Transforms, Trainers, Torch, Storage, Mini, Hnsw])
            AssertNone(Assembly.Load(name), backend);
    }

    [Fact]
    public void Assemblies_OfTheHouse_HaveTheirNames() => Assert.Equal(
        [Accel, Transforms],
        new[] { typeof(CsrMatrix).Assembly, typeof(HybridCatalog).Assembly }.Select(assembly => assembly.GetName().Name!));

    [Fact]
    public void PublicTypes_LiveInTheNamespacesOfTheContract()
    {
        string[] allowed = [Accel, "HybridRec.MLNet", "Microsoft.ML"];
        foreach (string name in (string[])[Accel, OpenCl, Fpga, Transforms, Trainers, Torch, Mini, Storage, Hnsw])
            Assert.All(Assembly.Load(name).GetExportedTypes(), type => Assert.Contains(type.Namespace, allowed));
    }

    [Fact]
    public void EntryPoints_InNamespaceMicrosoftMl_AreExtensionClassesOnly()
    {
        foreach (string name in (string[])[Transforms, Trainers, Torch, Mini])
            Assert.All(
                Assembly.Load(name).GetExportedTypes().Where(type => type.Namespace == "Microsoft.ML" && !type.IsNested),
                type => Assert.True(
                    type.IsAbstract && type.IsSealed, $"{type} is in namespace Microsoft.ML and must be a static class of extensions."));
    }

    [Fact]
    public void PublicClasses_AreSealedUnlessMeantAsBase()
    {
        Type[] types = [.. new[]
        {
            Accel, OpenCl, Fpga, Transforms, Trainers, Torch, Mini, Storage, Hnsw
        }.SelectMany(name => Assembly.Load(name).GetExportedTypes()).Where(type => type.IsClass)];
        HashSet<Type?> bases = [.. types.Select(type => type.BaseType)];
        Assert.All(types, type => Assert.True(
            type.IsSealed || type.IsAbstract || bases.Contains(type), $"{type} is neither sealed nor the base of anything."));
    }

    private static void AssertNone(Assembly assembly, params string[] forbidden) =>
        Assert.DoesNotContain(
            References(assembly), name => forbidden.Any(other => name == other || name.StartsWith(other + ".", StringComparison.Ordinal)));

    private static string[] References(Assembly assembly) => [.. assembly.GetReferencedAssemblies().Select(reference => reference.Name!)];
}
