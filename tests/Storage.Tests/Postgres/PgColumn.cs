using System.Reflection;
using Microsoft.Extensions.VectorData;
using Npgsql;
using NpgsqlTypes;
using Pgvector;

namespace HybridRec.MLNet.Tests.Storage.Postgres;

/// <summary>A property of a record as a column.</summary>
internal sealed class PgColumn
{
    private readonly PropertyInfo _property;
    private readonly string _type;
    private readonly NpgsqlDbType? _parameterType;

    public PgColumn(Type record, VectorStoreProperty property)
    {
        Property = property;
        _property = record.GetProperty(property.Name)
            ?? throw new ArgumentException($"{record.Name} has no property '{property.Name}', which the definition names.");
        (_type, _parameterType) = property switch
        {
            VectorStoreVectorProperty vector when Is<ReadOnlyMemory<float>>() => ($"vector({vector.Dimensions})", (NpgsqlDbType?)null),
            _ when Is<string>() => ("text", NpgsqlDbType.Text),
            _ when Is<int>() => ("integer", NpgsqlDbType.Integer),
            _ when Is<float>() => ("real", NpgsqlDbType.Real),
            _ when Is<List<string>>() => ("text[]", NpgsqlDbType.Array | NpgsqlDbType.Text),
            _ => throw new NotSupportedException($"{record.Name}.{property.Name} is a {_property.PropertyType}; this connector stores " +
                "string, int, float, List<string> and vectors of float."),
        };
        bool Is<T>() => (Nullable.GetUnderlyingType(_property.PropertyType) ?? _property.PropertyType) == typeof(T);
    }

    public VectorStoreProperty Property { get; }

    public VectorStoreVectorProperty? Vector => Property as VectorStoreVectorProperty;

    /// <summary>The name as SQL has it.</summary>
    public string Name => Quote(Property.StorageName ?? Property.Name);

    /// <summary>The column in CREATE TABLE.</summary>
    public string Declaration => $"{Name} {_type}{(Property is VectorStoreKeyProperty ? " PRIMARY KEY" : "")}";

    /// <summary>The operator of the distance; the smaller the nearer.</summary>
    public string Operator => Distance switch
    {
        DistanceFunction.DotProductSimilarity => "<#>",
        DistanceFunction.CosineSimilarity or DistanceFunction.CosineDistance => "<=>",
        DistanceFunction.EuclideanDistance => "<->",
        var other => throw new NotSupportedException($"This connector does not know the distance function {other}."),
    };

    /// <summary>The class of operators of an index.</summary>
    public string OperatorClass => Operator switch { "<#>" => "vector_ip_ops", "<=>" => "vector_cosine_ops", _ => "vector_l2_ops" };

    /// <summary>What VectorData calls the score, from the operator's distance.</summary>
    public string ScoreOf(string distance) => Distance switch
    {
        DistanceFunction.DotProductSimilarity => $"-({distance})",
        DistanceFunction.CosineSimilarity => $"1 - ({distance})",
        _ => distance,
    };

    /// <summary>Whether a larger score is a better one.</summary>
    public bool IsSimilarity => Distance is DistanceFunction.DotProductSimilarity or DistanceFunction.CosineSimilarity;

    private string Distance => Vector?.DistanceFunction ?? DistanceFunction.CosineSimilarity;

    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public object? Of(object record) => _property.GetValue(record);

    public NpgsqlParameter Parameter(object record)
    {
        object? value = Of(record);
        if (value is ReadOnlyMemory<float> vector)
            return new NpgsqlParameter { Value = new Vector(vector) };
        return _parameterType is { } type
            ? new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type }
            : new NpgsqlParameter { Value = DBNull.Value };
    }

    public void Read(NpgsqlDataReader reader, int ordinal, object record)
    {
        if (reader.IsDBNull(ordinal))
            return;
        object value = Vector is not null
            ? reader.GetFieldValue<Vector>(ordinal).Memory
            : _type == "text[]" ? reader.GetFieldValue<List<string>>(ordinal) : reader.GetValue(ordinal);
        _property.SetValue(record, value);
    }
}
