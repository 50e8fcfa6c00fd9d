using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>Which users and items take part in a graph.</summary>
internal static class GraphNodes
{
    public static int[] UsersWithEdges(InteractionGraph graph)
    {
        var users = new List<int>(graph.UserCount);
        for (int user = 0; user < graph.UserCount; user++)
        {
            if (!graph.ItemsOf(user).IsEmpty)
                users.Add(user);
        }

        return [.. users];
    }

    public static int[] ItemsWithEdges(InteractionGraph graph)
    {
        var items = new List<int>(graph.ItemCount);
        for (int item = 0; item < graph.ItemCount; item++)
        {
            if (!graph.UsersOf(item).IsEmpty)
                items.Add(item);
        }

        return [.. items];
    }
}
