using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Items;

/// <summary>
/// One column of a small in-memory table whose type is only known at run time: values are copied in from cursors and handed out again.
/// </summary>
internal abstract class TableColumn
{
    /// <summary>
    /// A column of <paramref name="rows"/> values of a type, all its default (0, empty text, an empty or all-zero vector) until copied.
    /// </summary>
    public static TableColumn Create(DataViewType type, int rows)
    {
        var column = typeof(TableColumn<>).MakeGenericType(type.RawType);
        return (TableColumn)Activator.CreateInstance(column, rows, type)!;
    }

    /// <summary>Makes an action which copies the value at a cursor's current position into a row of this table.</summary>
    public abstract Action<int> MakeWriter(DataViewRow source, DataViewSchema.Column column);

    /// <summary>Makes a function which tells whether the value at a cursor's current position is that of a row of this table.</summary>
    public abstract Func<int, bool> MakeComparer(DataViewRow source, DataViewSchema.Column column);

    /// <summary>
    /// Makes a <see cref="ValueGetter{TValue}"/> of the value at the row that <paramref name="row"/> names when it is called.
    /// </summary>
    public abstract Delegate MakeGetter(Func<int> row);
}

/// <summary><see cref="TableColumn"/> of one raw type.</summary>
internal sealed class TableColumn<T> : TableColumn
{
    private delegate void Copier(in T source, ref T destination);

    private delegate bool Comparer(in T one, in T other);

    private static readonly Copier s_keep = MakeKeep();
    private static readonly Copier s_give = MakeGive();
    private static readonly Comparer s_equal = MakeEqual();
    private readonly T[] _values;

    public TableColumn(int rows, DataViewType type)
    {
        _values = new T[rows];
        // A vector of fixed size must have that size even where nothing was copied: all zero, which is a sparse vector without entries.
        if (type is VectorDataViewType { Size: > 0 } vector)
            VectorDefault.Fill(_values, vector.Size);
    }

    public override Action<int> MakeWriter(DataViewRow source, DataViewSchema.Column column)
    {
        var getter = source.GetGetter<T>(column);
        T value = default!;
        return row =>
        {
            getter(ref value);
            s_keep(in value, ref _values[row]);
        };
    }

    public override Func<int, bool> MakeComparer(DataViewRow source, DataViewSchema.Column column)
    {
        var getter = source.GetGetter<T>(column);
        T value = default!;
        return row =>
        {
            getter(ref value);
            return s_equal(in value, in _values[row]);
        };
    }

    public override Delegate MakeGetter(Func<int> row) =>
        (ValueGetter<T>)((ref T value) => s_give(in _values[row()], ref value));

    // Readers reuse their buffers: text and vectors are copied when they come in, vectors again when they go out.
    private static Copier MakeKeep()
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
            return (Copier)(object)(TableColumn<ReadOnlyMemory<char>>.Copier)VectorDefault.CopyText;
        if (typeof(T) == typeof(VBuffer<ReadOnlyMemory<char>>))
            return (Copier)(object)(TableColumn<VBuffer<ReadOnlyMemory<char>>>.Copier)VectorDefault.CopyTexts;
        return MakeGive();
    }

    // Two texts are equal by what they say; the memory under them is a reader's buffer.
    private static Comparer MakeEqual()
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
            return (Comparer)(object)(TableColumn<ReadOnlyMemory<char>>.Comparer)VectorDefault.EqualTexts;
        if (!typeof(T).IsGenericType || typeof(T).GetGenericTypeDefinition() != typeof(VBuffer<>))
            return (in one, in other) => EqualityComparer<T>.Default.Equals(one, other);
        var equal = typeof(VectorDefault).GetMethod(nameof(VectorDefault.EqualVectors))!.MakeGenericMethod(typeof(T).GetGenericArguments());
        return equal.CreateDelegate<Comparer>();
    }

    private static Copier MakeGive()
    {
        if (!typeof(T).IsGenericType || typeof(T).GetGenericTypeDefinition() != typeof(VBuffer<>))
            return (in source, ref destination) => destination = source;
        var copy = typeof(VectorDefault).GetMethod(nameof(VectorDefault.CopyVector))!.MakeGenericMethod(typeof(T).GetGenericArguments());
        return copy.CreateDelegate<Copier>();
    }
}

/// <summary>The copies and defaults that <see cref="TableColumn{T}"/> picks from.</summary>
internal static class VectorDefault
{
    public static void Fill<T>(T[] values, int size)
    {
        var fill = typeof(VectorDefault).GetMethod(nameof(FillVectors))!.MakeGenericMethod(typeof(T).GetGenericArguments());
        fill.Invoke(null, [values, size]);
    }

    public static void FillVectors<T>(VBuffer<T>[] values, int size) => Array.Fill(values, new VBuffer<T>(size, 0, [], []));

    public static void CopyText(in ReadOnlyMemory<char> source, ref ReadOnlyMemory<char> destination) =>
        destination = source.ToString().AsMemory();

    public static void CopyTexts(in VBuffer<ReadOnlyMemory<char>> source, ref VBuffer<ReadOnlyMemory<char>> destination)
    {
        var texts = source.DenseValues().Select(text => (ReadOnlyMemory<char>)text.ToString().AsMemory()).ToArray();
        destination = new VBuffer<ReadOnlyMemory<char>>(texts.Length, texts);
    }

    public static bool EqualTexts(in ReadOnlyMemory<char> one, in ReadOnlyMemory<char> other) => one.Span.SequenceEqual(other.Span);

    public static bool EqualVectors<T>(in VBuffer<T> one, in VBuffer<T> other)
    {
        if (one.Length != other.Length)
            return false;
        IEnumerable<T> mine = one.DenseValues(), others = other.DenseValues();
        return typeof(T) == typeof(ReadOnlyMemory<char>)
            ? mine.Select(text => text!.ToString()).SequenceEqual(others.Select(text => text!.ToString()))
            : mine.SequenceEqual(others);
    }

    public static void CopyVector<T>(in VBuffer<T> source, ref VBuffer<T> destination) => source.CopyTo(ref destination);
}
