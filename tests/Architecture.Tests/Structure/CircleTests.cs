namespace HybridRec.MLNet.Tests.Architecture.Structure;

/// <summary>Files may lean on each other in small circles only: what belongs together can be read together.</summary>
public sealed class CircleTests
{
    private const int MostFiles = 5;

    public static TheoryData<string> Libraries => [.. Library.All.Select(library => library.Name)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Files_OfALibrary_StandInNoLargeCircle(string name)
    {
        FileGraph graph = Library.All.Single(library => library.Name == name).Graph;
        Assert.All(graph.Circles(), circle => Assert.True(
            circle.Length <= MostFiles,
            $"{name} has a circle of {circle.Length} files, {MostFiles} may be:\n" +
            string.Join('\n', circle.Select(file =>
                $"  {file} -> {string.Join(", ", graph.ArrowsOf(file).Where(circle.Contains).Select(Path.GetFileName))}"))));
    }

    // The graph is what the rule stands on: it has to see what holds real circles together.
    [Fact]
    public void Of_ConstantsBasesGenericsAndExtensions_AreArrows()
    {
        FileGraph graph = FileGraph.Of("Sample",
        [
            ("A.cs", "class A { public const string Name = B.Name; }"),
            ("B.cs", "class B : C { public const string Name = \"b\"; }"),
            ("C.cs", "class C { List<D> all = []; }"),
            ("D.cs", "class D { void M(int x) => x.Twice(); }"),
            ("E.cs", "static class E { extension(int x) { public int Twice() => 2 * x; } }"),
            ("F.cs", "/// <see cref=\"A\"/>\nclass F;"),
            ("G.cs", "static partial class All { public static void One(this string s) { } }"),
            ("H.cs", "static partial class All { public static void Two(this string s) { } }"),
            ("I.cs", "class I { void M(string s) => s.Two(); }"),
        ]);
        Assert.Equal(
            ["A.cs>B.cs", "B.cs>C.cs", "C.cs>D.cs", "D.cs>E.cs", "I.cs>H.cs"],
            graph.Files.SelectMany(file => graph.ArrowsOf(file).Select(to => $"{file}>{to}")));
        Assert.Empty(graph.Circles());
    }

    [Fact]
    public void Circles_FilesThatNameEachOther_AreFound()
    {
        string[] names = [.. Enumerable.Range(0, MostFiles + 1).Select(i => $"T{i}")];
        FileGraph graph = FileGraph.Of(
            "Sample", [.. names.Select((name, i) => ($"{name}.cs", $"class {name} {{ {names[(i + 1) % names.Length]}? next; }}"))]);
        Assert.Equal(MostFiles + 1, Assert.Single(graph.Circles()).Length);
    }
}
