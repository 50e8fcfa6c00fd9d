using Parquet;
using Parquet.Schema;

namespace HybridRec.MLNet.Storage;

/// <summary>The rows of a row group, column by column, until they are written.</summary>
internal sealed class RecommendationRows
{
    private static readonly DataField s_user = new DataField<string>("user", false), s_item = new DataField<string>("item", false);
    private static readonly DataField s_rank = new DataField<int>("rank", false), s_score = new DataField<float>("score", false);
    private static readonly DataField s_version = new DataField<string>("version", false);

    private readonly List<string> _users = [], _items = [], _versions = [];
    private readonly List<int> _ranks = [];
    private readonly List<float> _scores = [];

    /// <summary>The columns of the file.</summary>
    public static ParquetSchema Schema { get; } = new(s_user, s_rank, s_item, s_score, s_version);

    /// <summary>Rows.</summary>
    public int Count => _ranks.Count;

    /// <summary>Adds the list of a user.</summary>
    public void Add(UserRecommendations list)
    {
        for (int i = 0; i < list.Result.Items.Count; i++)
        {
            _users.Add(list.User);
            _ranks.Add(i + 1);
            _items.Add(list.Result.Items[i].Item);
            _scores.Add(list.Result.Items[i].Score);
            _versions.Add(list.Result.Version);
        }
    }

    /// <summary>Writes the rows as a group, and forgets them.</summary>
    public async Task WriteAsync(ParquetWriter writer, CancellationToken cancellationToken)
    {
        using (ParquetRowGroupWriter group = writer.CreateRowGroup())
        {
            await group.WriteAsync(s_user, _users).ConfigureAwait(false);
            await group.WriteAsync<int>(s_rank, _ranks.ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync(s_item, _items).ConfigureAwait(false);
            await group.WriteAsync<float>(s_score, _scores.ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync(s_version, _versions).ConfigureAwait(false);
            group.CompleteValidate();
        }

        _users.Clear();
        _ranks.Clear();
        _items.Clear();
        _scores.Clear();
        _versions.Clear();
    }
}
