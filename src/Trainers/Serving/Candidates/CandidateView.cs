using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Items;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Serving;

/// <summary>The candidates of requests, a row each: <see cref="Recommender.CandidateRows"/>.</summary>
internal sealed class CandidateView : TableView
{
    private const string Rank = "Rank";
    private readonly Row[] _rows;
    private readonly string[] _userOfRequest;
    private readonly EntityTable _context;
    private readonly int _ownColumns;

    private CandidateView(DataViewSchema schema, Row[] rows, string[] userOfRequest, EntityTable context)
        : base(schema) => (_rows, _userOfRequest, _context, _ownColumns) = (
            rows, userOfRequest, context, schema.Count - context.Schema.Count);

    internal override long RowCount => _rows.Length;

    /// <summary>The names of the columns that stand before the context.</summary>
    public static string[] OwnColumns(RecommenderOptions options) =>
        [options.UserColumnName, options.ItemColumnName, ColumnNames.GroupId, ColumnNames.Score, Rank, ColumnNames.Label];

    public static CandidateView Of(
        ServingSnapshot snapshot, RequestGroups requests, int count, bool excludeSeen, CancellationToken cancellationToken)
    {
        // Several requests of a user have the same candidates: they are found once.
        (int User, int[] Requests)[] users = [.. Enumerable.Range(0, requests.Users.Length).GroupBy(request => requests.Users[request])
            .Select(group => (group.Key, group.ToArray()))];
        var rows = new Row[requests.Users.Length][];
        Parallelism.For(users.Length, snapshot.Options.Threads, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<Recommendation> list = UserList.Of(snapshot, snapshot.Users.IdOf(users[i].User), count, excludeSeen).Items;
            foreach (int request in users[i].Requests)
                rows[request] = [.. list.Select((one, place) => new Row(
                    request, one.Item, one.Score, place + 1, requests.Taken?[request].Contains(one.Item) == true))];
        });
        DataViewSchema schema = MakeSchema(snapshot.Options, rows.Length, requests.Context.Schema, labeled: requests.Taken is not null);
        return new CandidateView(
            schema, [.. rows.SelectMany(one => one)], [.. requests.Users.Select(snapshot.Users.IdOf)], requests.Context);
    }

    internal override Delegate MakeGetter(int column, Func<long> position) => column switch
    {
        _ when column >= _ownColumns => _context[column - _ownColumns].MakeGetter(() => _rows[position()].Request),
        0 => (ValueGetter<ReadOnlyMemory<char>>)((ref value) => value = _userOfRequest[_rows[position()].Request].AsMemory()),
        1 => (ValueGetter<ReadOnlyMemory<char>>)((ref value) => value = _rows[position()].Item.AsMemory()),
        2 => (ValueGetter<uint>)((ref value) => value = (uint)_rows[position()].Request + 1),
        3 => (ValueGetter<float>)((ref value) => value = _rows[position()].Score),
        4 => (ValueGetter<float>)((ref value) => value = _rows[position()].Rank),
        _ => (ValueGetter<float>)((ref value) => value = _rows[position()].Taken ? 1 : 0),
    };

    private static DataViewSchema MakeSchema(RecommenderOptions options, int requests, DataViewSchema context, bool labeled)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(options.UserColumnName, TextDataViewType.Instance);
        builder.AddColumn(options.ItemColumnName, TextDataViewType.Instance);
        builder.AddColumn(ColumnNames.GroupId, new KeyDataViewType(typeof(uint), Math.Max(1, requests)));
        builder.AddColumn(ColumnNames.Score, NumberDataViewType.Single);
        builder.AddColumn(Rank, NumberDataViewType.Single);
        if (labeled)
            builder.AddColumn(ColumnNames.Label, NumberDataViewType.Single);
        foreach (DataViewSchema.Column column in context)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <summary>A candidate of a request.</summary>
    private readonly record struct Row(int Request, string Item, float Score, int Rank, bool Taken);
}
