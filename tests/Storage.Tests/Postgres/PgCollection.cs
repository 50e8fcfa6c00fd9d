using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;
using Npgsql;
using Pgvector;

namespace HybridRec.MLNet.Tests.Storage.Postgres;

/// <summary>
/// A table of PostgreSQL with vectors of pgvector as a collection of VectorData: what these tests need of it, and no more. Keys are text.
/// </summary>
internal sealed class PgCollection<TRecord> : VectorStoreCollection<string, TRecord>
    where TRecord : class, new()
{
    private readonly NpgsqlDataSource _source;
    private readonly string _schema;
    private readonly PgColumn[] _columns;
    private readonly PgColumn _key;
    private readonly string _table;

    public PgCollection(PgServer server, string name, VectorStoreCollectionDefinition definition)
    {
        (_source, _schema, Name) = (server.Source, server.Schema, name);
        _table = $"{PgColumn.Quote(server.Schema)}.{PgColumn.Quote(name)}";
        _columns = [.. definition.Properties.Select(property => new PgColumn(typeof(TRecord), property))];
        _key = _columns.Single(column => column.Property is VectorStoreKeyProperty);
    }

    public override string Name { get; }

    public override async Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default)
    {
        await using NpgsqlCommand command = Command("SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = $2", _schema, Name);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    public override async Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default)
    {
        IEnumerable<string> statements =
        [
            $"CREATE TABLE IF NOT EXISTS {_table} ({string.Join(", ", _columns.Select(column => column.Declaration))})",
            .. _columns.Where(column => column.Vector is { IndexKind: IndexKind.Hnsw })
                .Select(column =>
                    $"CREATE INDEX IF NOT EXISTS {Index(column)} ON {_table} USING hnsw ({column.Name} {column.OperatorClass})"),
            .. _columns.Where(column => column.Property is VectorStoreDataProperty { IsIndexed: true })
                .Select(column => $"CREATE INDEX IF NOT EXISTS {Index(column)} ON {_table} USING " +
                    $"{(column.Property.Type == typeof(List<string>) ? "gin" : "btree")} ({column.Name})"),
        ];
        await using NpgsqlCommand command = Command(string.Join("; ", statements));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public override async Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default)
    {
        await using NpgsqlCommand command = Command($"DROP TABLE IF EXISTS {_table}");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public override async Task<TRecord?> GetAsync(
        string key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        await using NpgsqlCommand command = Command(
            $"SELECT {Selected(options?.IncludeVectors ?? true)} FROM {_table} WHERE {_key.Name} = $1", key);
        await foreach (var (record, _) in ReadAsync(command, options?.IncludeVectors ?? true, scored: false, cancellationToken))
            return record;
        return null;
    }

    public override async IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter, int top, FilteredRecordRetrievalOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        bool vectors = options?.IncludeVectors ?? true;
        await using NpgsqlCommand command = Command("");
        string where = Filter(filter, command);
        command.CommandText =
            $"SELECT {Selected(vectors)} FROM {_table} WHERE {where} ORDER BY {_key.Name} LIMIT {top} OFFSET {options?.Skip ?? 0}";
        await foreach (var (record, _) in ReadAsync(command, vectors, scored: false, cancellationToken))
            yield return record;
    }

    public override async Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        await using NpgsqlCommand command = Command($"DELETE FROM {_table} WHERE {_key.Name} = $1", key);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default) =>
        UpsertAsync([record], cancellationToken);

    public override async Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
    {
        string columns = string.Join(", ", _columns.Select(column => column.Name)),
            values = string.Join(", ", _columns.Select((_, i) => $"${i + 1}"));
        string updates = string.Join(
            ", ", _columns.Where(column => column != _key).Select(column => $"{column.Name} = EXCLUDED.{column.Name}"));
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (TRecord record in records)
        {
            var command = new NpgsqlBatchCommand(
                $"INSERT INTO {_table} ({columns}) VALUES ({values}) ON CONFLICT ({_key.Name}) DO UPDATE SET {updates}");
            command.Parameters.AddRange(_columns.Select(column => column.Parameter(record)).ToArray());
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public override async IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        ReadOnlyMemory<float> query = searchValue switch
        {
            ReadOnlyMemory<float> memory => memory,
            float[] array => array,
            _ => throw new NotSupportedException($"This connector searches by vectors of float, not by a {typeof(TInput)}."),
        };
        options ??= new VectorSearchOptions<TRecord>();
        PgColumn column = Searched(options);
        if (query.Length != column.Vector!.Dimensions)
            throw new ArgumentException($"The query has {query.Length} numbers; '{column.Property.Name}' has {column.Vector.Dimensions}.");
        await using NpgsqlCommand command = Command("", new Vector(query));
        string distance = $"{column.Name} {column.Operator} $1", score = column.ScoreOf(distance);
        string where = $"{column.Name} IS NOT NULL" + (options.Filter is { } filter ? $" AND {Filter(filter, command)}" : "");
        if (options.ScoreThreshold is { } threshold)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = threshold });
            where += $" AND {score} {(column.IsSimilarity ? ">=" : "<=")} ${command.Parameters.Count}";
        }

        command.CommandText = $"SELECT {Selected(options.IncludeVectors)}, {score} FROM {_table} WHERE {where} ORDER BY {distance} LIMIT " +
            $"{top} OFFSET {options.Skip}";
        await foreach (var (record, found) in ReadAsync(command, options.IncludeVectors, scored: true, cancellationToken))
            yield return new VectorSearchResult<TRecord>(record, found);
    }

    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    private PgColumn Searched(VectorSearchOptions<TRecord> options)
    {
        Expression? body = options.VectorProperty?.Body is UnaryExpression convert ? convert.Operand : options.VectorProperty?.Body;
        PgColumn[] vectors = [.. _columns.Where(column =>
            column.Vector is not null && (body is null || column.Property.Name == ((MemberExpression)body).Member.Name))];
        return vectors.Length == 1
            ? vectors[0]
            : throw new ArgumentException($"{vectors.Length} vectors of '{Name}' are meant; VectorProperty has to name one.");
    }

    private string Filter(LambdaExpression filter, NpgsqlCommand command) =>
        new PgFilter(_columns.ToDictionary(column => column.Property.Name), command.Parameters).Sql(filter);

    private string Index(PgColumn column) => PgColumn.Quote($"{Name}_{column.Property.Name}");

    private string Selected(bool vectors) => string.Join(", ", Read(vectors).Select(column => column.Name));

    private IEnumerable<PgColumn> Read(bool vectors) => _columns.Where(column => vectors || column.Vector is null);

    private NpgsqlCommand Command(string text, params object[] values)
    {
        NpgsqlCommand command = _source.CreateCommand(text);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private async IAsyncEnumerable<(TRecord Record, double Score)> ReadAsync(
        NpgsqlCommand command, bool vectors, bool scored, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PgColumn[] columns = [.. Read(vectors)];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var record = new TRecord();
            for (int i = 0; i < columns.Length; i++)
                columns[i].Read(reader, i, record);
            yield return (record, scored ? reader.GetDouble(columns.Length) : 0);
        }
    }
}
