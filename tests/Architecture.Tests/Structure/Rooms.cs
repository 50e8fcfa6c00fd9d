namespace HybridRec.MLNet.Tests.Architecture.Structure;

/// <summary>
/// The order of the rooms of a library: a file names files of its own room and of rooms that stand before it, never of a later one.
/// </summary>
internal static class Rooms
{
    /// <summary>Arrows that lead upwards.</summary>
    /// <param name="graph">The files.</param>
    /// <param name="roomOf">The room of a file.</param>
    /// <param name="order">The rooms from the ground up; rooms of one entry may name each other. A room below a
    /// named one belongs to it.</param>
    /// <returns>A line an arrow; a room that the order does not name is a line too.</returns>
    public static IReadOnlyList<string> Upwards(FileGraph graph, Func<string, string> roomOf, IReadOnlyList<string[]> order)
    {
        var wrong = new List<string>();
        foreach (string file in graph.Files)
        {
            int from = Floor(roomOf(file), order);
            if (from < 0)
                wrong.Add($"{file}: the room '{roomOf(file)}' has no place in the order of {nameof(RoomTests)}");
            else
                wrong.AddRange(graph.ArrowsOf(file).Where(to => Floor(roomOf(to), order) > from).Select(to => $"{file} -> {to}"));
        }

        return wrong;
    }

    private static int Floor(string room, IReadOnlyList<string[]> order)
    {
        // A room in a room belongs to the outer one; the library's own folder is a room of its own, to which no other belongs.
        for (string name = room; ; name = Path.GetDirectoryName(name)!.Replace('\\', '/'))
        {
            for (int floor = 0; floor < order.Count; floor++)
                if (order[floor].Contains(name) && (name.Length > 0 || room.Length == 0))
                    return floor;
            if (name.Length == 0)
                return -1;
        }
    }
}
