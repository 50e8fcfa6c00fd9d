using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// Edges of one type between any nodes, without direction: a pair given more than once, either way round, is
/// one edge of its largest strength.
/// </summary>
internal sealed class NodeRelation(string name, float weight)
{
    private readonly Dictionary<(int, int), float> _pairs = [];

    /// <summary>What it is called in the log.</summary>
    public string Name { get; } = name;

    public float Weight { get; } = weight;

    public int EdgeCount => _pairs.Count;

    /// <summary>Adds an edge; false for a node and itself, which is none.</summary>
    public bool Add(int first, int second, float strength = 1)
    {
        if (first == second)
            return false;
        (int, int) pair = (Math.Min(first, second), Math.Max(first, second));
        _pairs[pair] = _pairs.TryGetValue(pair, out float known) ? Math.Max(known, strength) : strength;
        return true;
    }

    /// <summary>
    /// A_t with <c>A_t[v, u] = s_vu / c_vu</c>, where the degree of a node in c is the sum of its strengths in this relation.
    /// </summary>
    public CsrMatrix Adjacency(int nodeCount, GraphNormalization normalization)
    {
        double[] degrees = new double[nodeCount];
        foreach (((int first, int second), float strength) in _pairs)
        {
            degrees[first] += strength;
            degrees[second] += strength;
        }

        int[] rows = new int[2 * EdgeCount];
        int[] columns = new int[rows.Length];
        float[] values = new float[rows.Length];
        int entry = 0;
        foreach (((int first, int second), float strength) in _pairs)
        {
            Add(first, second, strength);
            Add(second, first, strength);
        }

        return CsrMatrix.FromCoordinates(nodeCount, nodeCount, rows, columns, values);

        void Add(int row, int column, float strength)
        {
            double constant = normalization switch
            {
                GraphNormalization.Symmetric => Math.Sqrt(degrees[row] * degrees[column]),
                GraphNormalization.Row => degrees[row],
                _ => 1,
            };
            (rows[entry], columns[entry], values[entry++]) = (row, column, (float)(strength / constant));
        }
    }
}
