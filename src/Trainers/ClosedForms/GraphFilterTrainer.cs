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
/// Ranks items for a user in closed form: score_u = x_u B, with x_u the items the user has and B the items x items weights of
/// <see cref="GraphFilterKind.TurboCf"/>, <see cref="GraphFilterKind.Ease"/>, <see cref="GraphFilterKind.TextAwareEase"/> or <see cref="GraphFilterKind.BlurringSharpening"/>.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>What it is</description></listheader>
/// <item><term>User, Item (input)</term><description>Keys, as MapValueToKey makes them. Rows with a missing key are left out.</description></item>
/// <item><term>Label (input, optional)</term><description>Number; a row is a positive where it is above 0, or at least
/// <see cref="GraphFilterOptions.PositiveThreshold"/>. Without the column every row is one.</description></item>
/// <item><term>ItemMeaning (input of TextAwareEase)</term><description>Vector of Single, known size: what <see cref="GraphFilterOptions.ItemFeatureColumnName"/> names; read in
/// fitting only. The vector of an item is that of its first row.</description></item>
/// <item><term>Score (output)</term><description>Single, with ML.NET's annotations of a ranking score.</description></item>
/// </list>
/// <list type="table">
/// <listheader><term>Characteristic</term><description></description></listheader>
/// <item><term>Task</term><description>Ranking of items for a user, from positives</description></item>
/// <item><term>Normalization required</term><description>No</description></item>
/// <item><term>Caching required</term><description>No; the data is read once, twice with texts</description></item>
/// <item><term>Cost of EASE and L3AE</term><description>items^3 operations and items^2 x 4 bytes; see <see cref="GraphFilterOptions.MemoryLimitMiB"/></description></item>
/// <item><term>Cost of BSPM</term><description>(positives x Rank + items x Rank^2) x 20 in fitting; 10 positives + items x Rank for each user scored, in blocks of 32 at best</description></item>
/// <item><term>Deterministic</term><description>Yes, without a seed and for any number of threads</description></item>
/// </list>
/// It learns from all rows, held-out ones too. The saved model holds the positives it was fitted on; a user it has not seen gets the most popular items.
/// Papers: Park et al., Turbo-CF, SIGIR 2024, arXiv 2404.14243; Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019, arXiv 1905.03375;
/// Moon et al., L3AE, CIKM 2025, arXiv 2508.13500; Choi et al., Blurring-Sharpening Process Models for Collaborative Filtering, SIGIR 2023, arXiv 2211.09324.
/// </remarks>
public sealed class GraphFilterTrainer : IEstimator<GraphFilterTransformer>
{
    internal const string Stage = "GraphFilter";

    private readonly MLContext _ml;
    private readonly GraphFilterOptions _options;

    internal GraphFilterTrainer(MLContext ml, GraphFilterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _ml = ml;
        _options = options;
    }

    private bool ReadsText => _options.Kind == GraphFilterKind.TextAwareEase;

    /// <summary>The shape after this stage.</summary>
    /// <param name="inputSchema">The shape before it.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Shapes.Require(inputSchema, _options.UserColumnName, Stage, ColumnKinds.Key);
        Shapes.Require(inputSchema, _options.ItemColumnName, Stage, ColumnKinds.Key);
        if (ReadsText)
            Shapes.Require(inputSchema, _options.ItemFeatureColumnName!, Stage, ColumnKinds.SingleVector);
        InteractionColumns.CheckLabel(inputSchema, _options.LabelColumnName, _options.PositiveThreshold, Stage);
        return ScoreAnnotations.AppendScore(inputSchema);
    }

    /// <summary>Reads the rows and solves.</summary>
    /// <param name="input">Interactions.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type, or there is no row.</exception>
    /// <exception cref="InvalidDataException">A label or a text vector is not finite.</exception>
    /// <exception cref="InvalidOperationException">No row is a positive, or the items do not fit the memory limit in any form.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public GraphFilterTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column? features = ReadsText ? SchemaColumns.Require(input.Schema, _options.ItemFeatureColumnName!, Stage, ColumnKinds.SingleVector) : null;
        var rows = InteractionRows.Read(input, new InteractionColumns(_options.UserColumnName, _options.ItemColumnName, _options.LabelColumnName, null, null), Stage, _options.CancellationToken);
        var graph = Positives(rows);
        var host = ((IHostEnvironment)_ml).Register(Stage);
        using var log = new TrainingLog(host, Stage, _options.Progress);
        log.Info($"{_options.Kind}: {graph.UserCount} users, {graph.ItemCount} items, {graph.EdgeCount} positives");
        Cancellation.ThrowIfRequested(host, _options.CancellationToken);
        var filter = _options.Kind switch
        {
            GraphFilterKind.TurboCf => new TurboCfWeights(graph, _options),
            GraphFilterKind.BlurringSharpening => Sharpen(graph, host, log),
            _ => Solve(input, features, graph, host, log),
        };
        Cancellation.ThrowIfRequested(host, _options.CancellationToken);
        log.Info($"solved, {log.Elapsed.TotalSeconds:F1} s");
        KeyVocabulary users = KeyVocabulary.Of(input.Schema[_options.UserColumnName]), items = KeyVocabulary.Of(input.Schema[_options.ItemColumnName]);
        return new GraphFilterTransformer(_ml, (_options.UserColumnName, _options.ItemColumnName), users, items, new GraphFilterModel(_options.Kind, graph, filter));
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
            throw new InvalidOperationException(
                $"{Stage}: no row is a positive to learn from: of {rows.Count} rows none has a user, an item and a label {(_options.PositiveThreshold is { } least ? FormattableString.Invariant($"of at least {least}") : "above 0")}. "
                + "Lower PositiveThreshold, or name another LabelColumnName.");
        return InteractionGraph.FromPairs(rows.UserCount, rows.ItemCount, [.. users], [.. items]);
    }

    private IItemFilter Solve(IDataView input, DataViewSchema.Column? features, InteractionGraph graph, IHost host, TrainingLog log)
    {
        bool dense = DenseWeights.Bytes(graph.ItemCount) <= (long)_options.MemoryLimitMiB << 20;
        int neighbors = dense ? 0 : LocalSolver.NeighborsWithin(graph.ItemCount, _options);
        if (!dense)
            log.Warning(
                $"{graph.ItemCount} x {graph.ItemCount} weights are {DenseWeights.Bytes(graph.ItemCount) >> 20} MiB, more than MemoryLimitMiB = {_options.MemoryLimitMiB}: each item is regressed on its {neighbors} closest items only. Raise the limit for the exact solution.");
        var text = features is null
            ? null
            : new TextLinks(
                EntityVectors.Read(input, _options.ItemColumnName, features.Value, graph.ItemCount, Stage, _options.CancellationToken), graph.ItemCount, _options.LambdaF, _options.Threads);
        return (dense, text) switch
        {
            (false, _) => LocalSolver.Solve(graph, text, _options, neighbors, Step),
            (true, null) => EaseSolver.Solve(graph, _options.LambdaX, _options.Threads, Step),
            _ => EaseSolver.Solve(graph, text, _options.LambdaX, _options.LambdaE, _options.Threads, Step),
        };

        void Step(int done, int of) => Told(host, log, done, of);
    }

    private SharpeningFilter Sharpen(InteractionGraph graph, IHost host, TrainingLog log)
    {
        int wanted = Math.Min(_options.Rank, Math.Min(graph.UserCount, graph.ItemCount)), rank = SharpeningFilter.RankWithin(graph, _options);
        if (rank < 1)
            throw new InvalidOperationException(
                $"{Stage}: not one vector of {graph.UserCount} users and {graph.ItemCount} items fits MemoryLimitMiB = {_options.MemoryLimitMiB}. Raise it.");
        if (rank < wanted)
            log.Warning($"{wanted} frequencies of {graph.UserCount} users and {graph.ItemCount} items need more than MemoryLimitMiB = {_options.MemoryLimitMiB}: the lowest {rank} are kept. Raise the limit for Rank = {_options.Rank}.");
        return SharpeningFilter.Fit(graph, _options, rank, (done, of) => Told(host, log, done, of));
    }

    private void Told(IHost host, TrainingLog log, int done, int of)
    {
        Cancellation.ThrowIfRequested(host, _options.CancellationToken);
        if (done > 0)
            log.Step(done, of);
    }
}
