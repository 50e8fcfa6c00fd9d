using System.Xml.Linq;

namespace HybridRec.MLNet.Tests.Architecture;

/// <summary>What the project files promise: what ships, and what is referenced.</summary>
public sealed class ProjectTests
{
    [Fact]
    public void Contract_IsNeverShipped()
    {
        XDocument contract = Project("src/Contract/HybridRec.MLNet.Contract.csproj");
        Assert.Equal("false", contract.Descendants("IsPackable").Single().Value);
        Assert.Equal("0.0.0.1", contract.Descendants("AssemblyVersion").Single().Value);
        XElement[] references = [.. Directory.EnumerateFiles(House.Root, "*.csproj", SearchOption.AllDirectories)
            .SelectMany(file => XDocument.Load(file).Descendants("ProjectReference"))
            .Where(reference => reference.Attribute("Include")!.Value.Contains("HybridRec.MLNet.Contract", StringComparison.Ordinal))];
        XElement only = Assert.Single(references);
        Assert.Equal("false", only.Attribute("ReferenceOutputAssembly")!.Value);
        Assert.Equal("all", only.Attribute("PrivateAssets")!.Value);
    }

    [Fact]
    public void Projects_TakePackageVersionsFromOnePlace()
    {
        foreach (string file in Directory.EnumerateFiles(House.Root, "*.csproj", SearchOption.AllDirectories))
            Assert.All(XDocument.Load(file).Descendants("PackageReference"), reference => Assert.Null(reference.Attribute("Version")));
    }

    // The analyzer that reads them is on wherever a package has an assembly; without the files it would find nothing public at all.
    [Fact]
    public void Packages_SayWhatIsPublic() => Assert.All(
        Structure.Library.All.Where(library => library.Name != "HybridRec.MLNet.Contract"),
        library => Assert.All(
            (string[])["Shipped", "Unshipped"],
            kind => Assert.True(
                File.Exists(Path.Combine(House.Root, library.Folder, $"PublicAPI.{kind}.txt")),
                $"{library.Folder} has no PublicAPI.{kind}.txt")));

    [Theory]
    [InlineData("src/Transforms/HybridRec.MLNet.Transforms.csproj")]
    [InlineData("src/Trainers/HybridRec.MLNet.Trainers.csproj")]
    [InlineData("src/Accel/HybridRec.MLNet.Accel.csproj")]
    [InlineData("src/Torch/HybridRec.MLNet.Torch.csproj")]
    [InlineData("src/Storage/HybridRec.MLNet.Storage.csproj")]
    [InlineData("src/Mini/HybridRec.MLNet.Mini.csproj")]
    public void Libraries_HaveNoNativeDependency(string project)
    {
        string[] native = ["Microsoft.ML.OnnxRuntime", "TorchSharp-cpu", "libtorch-cpu", "Microsoft.ML.FastTree", "Microsoft.ML.LightGbm"];
        Assert.DoesNotContain(Project(project).Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value),
            name => native.Contains(name) || name.StartsWith("libtorch", StringComparison.Ordinal));
    }

    private static XDocument Project(string file) => XDocument.Load(Path.Combine(House.Root, file));
}
