using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// Which nodes training says something about: those with an interaction of the loss, and those at most L edges of any type away from one.
/// The gradient gets no further than L propagations do, and what lies beyond would be served as it started, at random.
/// </summary>
internal static class GraphReach
{
    public static bool[] Of(CsrMatrix adjacency, InteractionGraph targets, int layers)
    {
        var reached = new bool[adjacency.Rows];
        var frontier = new List<int>();
        foreach (int user in GraphNodes.UsersWithEdges(targets))
            Reach(user, frontier);
        foreach (int item in GraphNodes.ItemsWithEdges(targets))
            Reach(targets.UserCount + item, frontier);
        for (int l = 0; l < layers && frontier.Count > 0; l++)
        {
            var next = new List<int>();
            foreach (int node in frontier)
            {
                foreach (int neighbor in adjacency.ColumnIndices[adjacency.RowOffsets[node]..adjacency.RowOffsets[node + 1]])
                    Reach(neighbor, next);
            }

            frontier = next;
        }

        return reached;

        void Reach(int node, List<int> found)
        {
            if (reached[node])
                return;
            reached[node] = true;
            found.Add(node);
        }
    }
}
