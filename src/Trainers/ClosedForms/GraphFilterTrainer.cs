using HybridRec.MLNet.Accel;
using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Profiles;
using HybridRec.MLNet.Ranking;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// Ranks items for a user in closed form: score_u = x_u B, with x_u the items the user has and B the items x items weights of a
/// <see cref="ClosedForm"/>.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>What it is</description></listheader>
/// <item><term>User, Item (input)</term><description>Keys, as MapValueToKey makes them. Rows with a missing key are
/// left out.</description></item>
/// <item><term>Label (input, optional)</term><description>Number; a row is a positive where it is above 0, or at least
/// <see cref="GraphFilterOptions.PositiveThreshold"/>. Without the column every row is one.</description></item>
/// <item><term>ItemMeaning (input of TextAwareEase)</term><description>Vector of Single, known size: what
/// <see cref="TextAwareEaseForm.ItemFeatureColumnName"/> names; read in fitting only. The vector of an item is that of its first
/// row.</description></item>
/// <item><term>Score (output)</term><description>Single, with ML.NET's annotations of a ranking score.</description></item>
/// </list>
/// <list type="table">
/// <listheader><term>Characteristic</term><description></description></listheader>
/// <item><term>Task</term><description>Ranking of items for a user, from positives</description></item>
/// <item><term>Normalization required</term><description>No</description></item>
/// <item><term>Caching required</term><description>No; the data is read once, twice with texts</description></item>
/// <item><term>Cost of EASE and L3AE</term><description>items^3 operations and items^2 x 4 bytes; see
/// <see cref="GraphFilterOptions.MemoryLimitMiB"/></description></item>
/// <item><term>Cost of BSPM</term><description>(positives x Rank + items x Rank^2) x 20 in fitting; 10 positives + items x Rank for
/// each user scored, in blocks of 32 at best</description></item>
/// <item><term>Deterministic</term><description>Yes, without a seed and for any number of threads</description></item>
/// </list>
/// It learns from all rows, held-out ones too. The saved model holds the positives it was fitted on; a user it has not seen gets the most
/// popular items. Papers: Park et al., Turbo-CF, SIGIR 2024, arXiv 2404.14243; Steck, Embarrassingly Shallow Autoencoders for Sparse Data,
/// WWW 2019, arXiv 1905.03375; Moon et al., L3AE, CIKM 2025, arXiv 2508.13500; Choi et al., Blurring-Sharpening Process Models for
/// Collaborative Filtering, SIGIR 2023, arXiv 2211.09324.
/// </remarks>
public sealed class GraphFilterTrainer : IEstimator<GraphFilterTransformer>
{
    private const string Stage = StageNames.GraphFilter;

    private readonly MLContext _ml;
    private readonly GraphFilterOptions _options;

    internal GraphFilterTrainer(MLContext ml, GraphFilterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _ml = ml;
        _options = options;
    }

    /// <summary>The shape after this stage.</summary>
    /// <param name="inputSchema">The shape before it.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Shapes.Require(inputSchema, _options.UserColumnName, Stage, ColumnKinds.Key);
        Shapes.Require(inputSchema, _options.ItemColumnName, Stage, ColumnKinds.Key);
        if (_options.Filter.VectorColumnName is { } vectors)
            Shapes.Require(inputSchema, vectors, Stage, ColumnKinds.SingleVector);
        InteractionColumns.CheckLabel(inputSchema, _options.LabelColumnName, _options.PositiveThreshold, Stage);
        return ScoreAnnotations.AppendScore(inputSchema);
    }

    /// <summary>Reads the rows and solves.</summary>
    /// <param name="input">Interactions.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type, or there is no row.</exception>
    /// <exception cref="InvalidDataException">A label or a text vector is not finite.</exception>
    /// <exception cref="InvalidOperationException">No row is a positive, or the items do not fit the memory limit in any form.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public GraphFilterTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var vectors = _options.Filter.VectorColumnName is { } name
            ? SchemaColumns.Require(input.Schema, name, Stage, ColumnKinds.SingleVector)
            : default(DataViewSchema.Column?);
        var columns = new InteractionColumns(_options.UserColumnName, _options.ItemColumnName, _options.LabelColumnName, null, null);
        var rows = InteractionRows.Read(input, columns, Stage, _options.CancellationToken);
        var graph = Positives(rows);
        var host = ((IHostEnvironment)_ml).Register(Stage);
        using var log = new TrainingLog(host, Stage, _options.Progress);
        log.Info($"{_options.Filter.Kind}: {graph.UserCount} users, {graph.ItemCount} items, {graph.EdgeCount} positives");
        Cancellation.ThrowIfRequested(host, _options.CancellationToken);
        var filter = _options.Filter.Solve(new FilterFit(
            graph,
            _options.MemoryLimitMiB,
            _options.Threads,
            log,
            (done, of) => Told(host, log, done, of),
            () => EntityVectors.Read(
                input, _options.ItemColumnName, vectors!.Value, graph.ItemCount, Stage, _options.CancellationToken)));
        Cancellation.ThrowIfRequested(host, _options.CancellationToken);
        log.Info($"solved, {log.Elapsed.TotalSeconds:F1} s");
        var users = KeyVocabulary.Of(input.Schema[_options.UserColumnName]);
        var items = KeyVocabulary.Of(input.Schema[_options.ItemColumnName]);
        return new GraphFilterTransformer(
            _ml,
            (_options.UserColumnName, _options.ItemColumnName),
            users,
            items,
            new GraphFilterModel(_options.Filter.Kind, graph, filter));
    }

    private InteractionGraph Positives(InteractionRows rows)
    {
        rows.CheckThreshold(_options.PositiveThreshold, _options.LabelColumnName, Stage);
        List<int> users = [], items = [];
        foreach (int row in rows.PositiveRows(_options.PositiveThreshold))
        {
            users.Add(rows.Users[row]);
            items.Add(rows.Items[row]);
        }
        if (users.Count == 0)
        {
            string label = _options.PositiveThreshold is { } least ? FormattableString.Invariant($"of at least {least}") : "above 0";
            throw new InvalidOperationException(
                $"{Stage}: no row is a positive to learn from: of {rows.Count} rows none has a user, an item and a label {label}. "
                + "Lower PositiveThreshold, or name another LabelColumnName.");
        }

        return InteractionGraph.FromPairs(rows.UserCount, rows.ItemCount, [.. users], [.. items]);
    }

    private void Told(IHost host, TrainingLog log, int done, int of)
    {
        Cancellation.ThrowIfRequested(host, _options.CancellationToken);
        if (done > 0)
            log.Step(done, of);
    }
}
