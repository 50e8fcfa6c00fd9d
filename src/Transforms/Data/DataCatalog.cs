using HybridRec.MLNet.Data;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>Loaders and splits of interaction data, reached as <c>ml.Hybrid.Data</c>.</summary>
/// <remarks>
/// Every loader gives a lazy view: the file is read anew at each pass, so a file of any size loads in bounded memory (side tables of item
/// text are held in memory and joined by id). Put <c>AppendCacheCheckpoint</c> or <c>ml.Data.Cache</c> behind it where memory allows and
/// many passes follow. Plain, gzipped (recognized by content) and zipped files are read alike. Loaded columns have the
/// names of <see cref="ColumnNames"/>.
/// </remarks>
public sealed partial class DataCatalog
{
    private static readonly StreamColumn[] s_numbered =
    [
        StreamColumn.Of<NumberedRowReader, int>(ColumnNames.User, NumberDataViewType.Int32, r => r.User),
        StreamColumn.Of<NumberedRowReader, int>(ColumnNames.Item, NumberDataViewType.Int32, r => r.Item),
        StreamColumn.Of<NumberedRowReader, float>(ColumnNames.Label, NumberDataViewType.Single, r => r.Label),
    ];

    internal DataCatalog(MLContext context) => Context = context;

    /// <summary>The context this catalog belongs to: its log, and the source of seeds that are not given.</summary>
    public MLContext Context { get; }

    private static StreamColumn[] Ratings(float? positiveThreshold) =>
    [
        s_numbered[0],
        s_numbered[1],
        StreamColumn.Label<NumberedRowReader>(r => r.Label, positiveThreshold),
        StreamColumn.Of<NumberedRowReader, long>(ColumnNames.Timestamp, NumberDataViewType.Int64, r => r.Timestamp),
    ];

    private static StreamColumn[] Reviews(float? positiveThreshold) =>
    [
        StreamColumn.Text<ReviewJsonReader>(ColumnNames.User, r => r.User),
        StreamColumn.Text<ReviewJsonReader>(ColumnNames.Item, r => r.Item),
        StreamColumn.Label<ReviewJsonReader>(r => r.Label, positiveThreshold),
        StreamColumn.Of<ReviewJsonReader, long>(ColumnNames.Timestamp, NumberDataViewType.Int64, r => r.Timestamp),
        StreamColumn.Text<ReviewJsonReader>(ColumnNames.ReviewText, r => r.ReviewText),
    ];

    private int Seed(string name, int? given) => ((IHostEnvironment)Context).Seed(name, given);

    private void Warn(string message)
    {
        using var channel = ((IHostEnvironment)Context).Start("Loading");
        channel.Warning(MessageSensitivity.UserData, message);
    }

    private void WarnSkipped(ItemTexts texts, string path)
    {
        if (texts.SkippedRows > 0)
            Warn($"{texts.SkippedRows} malformed rows left out of the item texts of {path}");
    }
}
