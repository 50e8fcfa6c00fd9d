using Npgsql;

namespace HybridRec.MLNet.Tests.Storage.Postgres;

/// <summary>The PostgreSQL server of the tests, and a schema of its own for each, which goes with it.</summary>
internal sealed class PgServer : IAsyncDisposable
{
    private const string Variable = "HYBRIDREC_POSTGRES";

    private PgServer(NpgsqlDataSource source, string schema) => (Source, Schema) = (source, schema);

    public NpgsqlDataSource Source { get; }

    public string Schema { get; }

    /// <summary>
    /// Connects. Skips the test when HYBRIDREC_POSTGRES is unset; fails when it is set and no server with pgvector answers.
    /// </summary>
    public static async Task<PgServer> ConnectAsync(CancellationToken cancellationToken)
    {
        string? connection = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(connection))
            Assert.Skip($"{Variable} is not set, so that there is no PostgreSQL with pgvector to store vectors in; " +
                "eng/install-postgres.sh starts one and writes a file to source that sets it.");
        string schema = $"t{Guid.NewGuid():N}";
        await using (var plain = NpgsqlDataSource.Create(connection!))
        await using (NpgsqlCommand command = plain.CreateCommand($"CREATE EXTENSION IF NOT EXISTS vector; CREATE SCHEMA {schema}"))
            await command.ExecuteNonQueryAsync(cancellationToken);
        var builder = new NpgsqlDataSourceBuilder(connection);
        builder.UseVector();
        return new PgServer(builder.Build(), schema);
    }

    public async ValueTask DisposeAsync()
    {
        await using (NpgsqlCommand command = Source.CreateCommand($"DROP SCHEMA {Schema} CASCADE"))
            await command.ExecuteNonQueryAsync();
        await Source.DisposeAsync();
    }
}
