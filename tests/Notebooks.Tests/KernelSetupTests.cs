using Notebooks.Rendering;

namespace HybridRec.MLNet.Notebooks.Tests;

public sealed class KernelSetupTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_ProjectsAndPackages_AssembliesAfterTheirPackagesInTheVersionsOfTheRepository()
    {
        File.WriteAllText(
            Path.Combine(_folder.FullName, "Base.props"),
            """<Project><ItemGroup><PackageVersion Include="A" Version="1.0" /><PackageVersion Include="B" Version="1.0" /><PackageVersion Include="C" Version="3.0" /></ItemGroup></Project>""");
        File.WriteAllText(
            Path.Combine(_folder.FullName, "Directory.Packages.props"),
            """<Project><Import Project="Base.props" /><ItemGroup><PackageVersion Update="B" Version="2.0" /></ItemGroup></Project>""");
        File.WriteAllText(
            Path.Combine(_folder.FullName, "Low.csproj"), """<Project><ItemGroup><PackageReference Include="B" /></ItemGroup></Project>""");
        File.WriteAllText(
            Path.Combine(_folder.FullName, "High.csproj"),
            """<Project><ItemGroup><ProjectReference Include="Low.csproj" /><PackageReference Include="C" PrivateAssets="all" /></ItemGroup></Project>""");
        var source = new NotebookSource("n", ["#:project High.csproj", "#:package A", "#:property PublishAot=false"], []);

        Assert.Equal(
            [
                "#r \"nuget: A, 1.0\"", "#r \"nuget: B, 2.0\"", "#r \"../Kit/bin/Release/net10.0/Low.dll\"",
                "#r \"../Kit/bin/Release/net10.0/High.dll\""], KernelSetup.Write(source, _folder.FullName, "..").Split('\n')[1..^1]);
    }
}
