using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>The vectors of a fitted iALS as columns; those of the users are solved when the first of them is asked for.</summary>
internal sealed class FilterVectors
{
    private const int ChunkUsers = 64;

    private readonly IalsFilter _filter;
    private readonly Lazy<float[]> _users;

    private FilterVectors(GraphFilterModel model, IalsFilter filter)
    {
        _filter = filter;
        _users = new Lazy<float[]>(() =>
        {
            int dimension = filter.Dimension;
            float[] vectors = new float[model.UserCount * dimension];
            Parallelism.For((model.UserCount + ChunkUsers - 1) / ChunkUsers, 0, chunk =>
            {
                for (int user = chunk * ChunkUsers; user < Math.Min(model.UserCount, (chunk + 1) * ChunkUsers); user++)
                    filter.SolveUser(model.OwnItems(user), vectors.AsSpan(user * dimension, dimension));
            });
            return vectors;
        });
    }

    /// <summary>The vectors of a model; null where it has none.</summary>
    public static FilterVectors? Of(GraphFilterModel model) =>
        model.Filter is IalsFilter filter ? new FilterVectors(model, filter) : null;

    /// <summary>The column of the users' vectors.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="key">The user key.</param>
    public OutputColumn Users(string name, DataViewSchema.Column key) => Column(name, key, () => _users.Value);

    /// <summary>The column of the items' vectors.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="key">The item key.</param>
    public OutputColumn Items(string name, DataViewSchema.Column key) => Column(name, key, () => _filter.Vectors);

    private OutputColumn Column(string name, DataViewSchema.Column key, Func<float[]> vectors)
    {
        int dimension = _filter.Dimension;
        return new OutputColumn(name, new VectorDataViewType(NumberDataViewType.Single, dimension), null, [key.Index], row =>
        {
            Func<int> keyOf = CellReader.Key(row, key);
            ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> destination) =>
            {
                int node = keyOf();
                float[] table = vectors();
                var editor = VBufferEditor.Create(ref destination, dimension);
                if ((uint)node < (uint)(table.Length / dimension))
                    table.AsSpan(node * dimension, dimension).CopyTo(editor.Values);
                else
                    editor.Values.Clear();
                destination = editor.Commit();
            };
            return getter;
        });
    }
}
