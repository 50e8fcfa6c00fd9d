namespace HybridRec.MLNet.Tests.Architecture.Structure;

/// <summary>A room is a folder of few files, and rooms stand on each other in one order.</summary>
public sealed class RoomTests
{
    private const int MostFiles = 15;

    // From the ground up. What stands beside each other in one entry may name each other.
    private static readonly Dictionary<string, string[][]> s_orders = new()
    {
        ["HybridRec.MLNet.Accel"] =
        [
            [""], ["Threading", "Sparse"], ["Memory", "Kernels", "Quantization", "Sampling", "Backends"], ["Dense", "Search"],
        ],
        ["HybridRec.MLNet.Transforms"] =
        [
            ["Files"], ["Hosting", "Training"], ["Data"], ["Text", "Compression"], ["Profiles"], ["Fusion"], ["Graph"], [""],
        ],
        ["HybridRec.MLNet.Trainers"] =
        [
            ["Items"], ["Ranking", "Distillation"], ["ClosedForms"], ["Evaluation"], ["Search"], ["Serving"], ["FoldIn"],
            ["Pipelines"], [""],
        ],
    };

    public static TheoryData<string> Libraries => [.. s_orders.Keys];

    [Fact]
    public void Rooms_HaveFewFiles() => Assert.Empty(
        from library in Library.All
        from room in library.Files.GroupBy(library.RoomOf)
        where room.Count() > MostFiles
        select $"{library.Folder}/{room.Key} has {room.Count()} files; {MostFiles} may be");

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Files_OfARoom_NameNoLaterRoom(string name)
    {
        Library library = Library.All.Single(one => one.Name == name);
        Assert.Empty(Rooms.Upwards(library.Graph, library.RoomOf, s_orders[name]));
    }

    [Fact]
    public void Upwards_FileThatNamesALaterRoom_IsFound()
    {
        FileGraph graph = FileGraph.Of(
            "Sample", [("Low/A.cs", "class A { B? b; }"), ("High/B.cs", "class B { A? a; }"), ("Other/C.cs", "class C;")]);
        Assert.Equal(
            ["Low/A.cs -> High/B.cs", $"Other/C.cs: the room 'Other' has no place in the order of {nameof(RoomTests)}"],
            Rooms.Upwards(graph, file => Path.GetDirectoryName(file)!, [["Low"], ["High"]]));
    }
}
