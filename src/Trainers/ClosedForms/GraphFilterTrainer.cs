using HybridRec.MLNet.Accel;
using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Profiles;
using HybridRec.MLNet.Ranking;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// Ranks items for a user in closed form: score_u = x_u B, with x_u the items the user has and B the items x items weights of a
/// <see cref="ClosedFormSettings"/>.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>What it is</description></listheader>
/// <item><term>User, Item (input)</term><description>Keys, as MapValueToKey makes them. Rows with a missing key are
/// left out.</description></item>
/// <item><term>Label (input, optional)</term><description>Number; a row is a positive where it is above 0, or at least
/// <see cref="GraphFilterOptions.PositiveThreshold"/>. Without the column every row is one.</description></item>
/// <item><term>ItemMeaning (input of TextAwareEase)</term><description>Vector of Single, known size: what
/// <c>itemFeatureColumnName</c> names; read in fitting only. The vector of an item is that of its first
/// row.</description></item>
/// <item><term>Timestamp (input of KNN with a half-life)</term><description>Number of seconds since 1970, or DateTime.</description></item>
/// <item><term>Score (output)</term><description>Single, with ML.NET's annotations of a ranking score. Under another
/// <see cref="GraphFilterOptions.OutputColumnName"/>: a vector of three, the standard score z_ui of the pair, log(1 + n_u) and
/// log(1 + n_i), where n counts the positives of the user and of the item.</description></item>
/// <item><term>UserIals, ItemIals (output of iALS as a part, optional)</term><description>Vectors of Single, named by
/// <see cref="GraphFilterOptions.UserVectorColumnName"/> and <see cref="GraphFilterOptions.ItemVectorColumnName"/>.</description></item>
/// <item><term>Holdout (input or output of a part)</term><description>Boolean: rows that a part of the pair must not contain while a later
/// trainer learns on them. Read where the input has it; else chosen and written.</description></item>
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
/// <item><term>Cost of iALS</term><description>(the sum over users and items of n m Dimension + m^3, with m the lesser of their n positives
/// and Dimension) x Epochs in fitting; that and items x Dimension for each user scored</description></item>
/// <item><term>Deterministic</term><description>Yes, for any number of threads, and without a seed but for iALS</description></item>
/// </list>
/// As the end of a chain it learns from all rows, held-out ones too. As a part of the pair it is fitted twice: the view it was fitted on is
/// given scores without the held-out rows; every other view, and a loaded model, has scores of all rows and Holdout false. The standard
/// score is z_ui = (s_ui - m_u) / d_u with the mean and the deviation of the user's scores over the items that anybody has; an item nobody
/// has is at 0. The saved model holds the positives it was fitted on; a user it has not seen gets the most
/// popular items. Papers: Park et al., Turbo-CF, SIGIR 2024, arXiv 2404.14243; Steck, Embarrassingly Shallow Autoencoders for Sparse Data,
/// WWW 2019, arXiv 1905.03375; Moon et al., L3AE, CIKM 2025, arXiv 2508.13500; Choi et al., Blurring-Sharpening Process Models for
/// Collaborative Filtering, SIGIR 2023, arXiv 2211.09324; Rendle et al., Revisiting the Performance of iALS on Item Recommendation
/// Benchmarks, RecSys 2022, arXiv 2110.14037.
/// </remarks>
public sealed class GraphFilterTrainer : IEstimator<GraphFilterTransformer>
{
    private const string Stage = StageNames.GraphFilter;

    private readonly MLContext _ml;
    private readonly GraphFilterOptions _options;
    private readonly int _seed;

    internal GraphFilterTrainer(MLContext ml, GraphFilterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _ml = ml;
        _options = options;
        // Only a part of the pair and iALS draw: another ranker at the end of a chain leaves the context's numbers to the others.
        _seed = options.IsPart || options.Filter.Draws ? ((IHostEnvironment)ml).Seed(Stage, options.Seed) : 0;
    }

    /// <summary>The shape after this stage.</summary>
    /// <param name="inputSchema">The shape before it.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Shapes.Require(inputSchema, _options.UserColumnName, Stage, ColumnKinds.Key);
        Shapes.Require(inputSchema, _options.ItemColumnName, Stage, ColumnKinds.Key);
        if (_options.Filter.VectorColumnName is { } texts)
            Shapes.Require(inputSchema, texts, Stage, ColumnKinds.SingleVector);
        if (_options.Filter.ReadsTimes)
            Shapes.Require(inputSchema, _options.TimestampColumnName, Stage, ColumnKinds.Number | ColumnKinds.DateTime);
        InteractionColumns.CheckLabel(inputSchema, _options.LabelColumnName, _options.PositiveThreshold, Stage);
        if (!_options.IsPart)
            return ScoreAnnotations.AppendScore(inputSchema);
        List<SchemaShape.Column> added = [Shapes.Column(_options.OutputColumnName, PairColumn.Type, PairColumn.Annotations(null))];
        foreach (string? vectors in (string?[])[_options.UserVectorColumnName, _options.ItemVectorColumnName])
        {
            if (vectors is not null)
                added.Add(Shapes.Vector(vectors));
        }

        if (Shapes.Optional(inputSchema, _options.HoldoutColumnName, Stage, ColumnKinds.Boolean) is null)
            added.Add(Shapes.Scalar(_options.HoldoutColumnName, BooleanDataViewType.Instance));
        return Shapes.Append(inputSchema, added);
    }

    /// <summary>Reads the rows and solves; as a part of the pair twice, without the held-out rows and with them.</summary>
    /// <param name="input">Interactions.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type, or there is no row.</exception>
    /// <exception cref="InvalidDataException">A label or a text vector is not finite.</exception>
    /// <exception cref="InvalidOperationException">No row is a positive, or the items do not fit the memory limit in any form.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public GraphFilterTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var host = ((IHostEnvironment)_ml).Register(Stage);
        using var log = new TrainingLog(host, Stage, _options.Progress);
        var columns = new InteractionColumns(
            _options.UserColumnName, _options.ItemColumnName, _options.LabelColumnName,
            _options.Filter.ReadsTimes ? _options.TimestampColumnName : null,
            _options.IsPart ? _options.HoldoutColumnName : null);
        if (_options.Filter.VectorColumnName is { } name)
            SchemaColumns.Require(input.Schema, name, Stage, ColumnKinds.SingleVector);
        if (_options.Filter.ReadsTimes)
            SchemaColumns.Require(input.Schema, _options.TimestampColumnName, Stage, ColumnKinds.Number | ColumnKinds.DateTime);
        var view = input;
        var rows = _options.IsPart
            ? InteractionRows.ReadForTraining(ref view, columns, Stage, _options.CancellationToken)
            : InteractionRows.Read(input, columns, Stage, _options.CancellationToken);
        rows.CheckThreshold(_options.PositiveThreshold, _options.LabelColumnName, Stage);
        RowWarnings.Tell(host, rows, input.Schema, columns, _options.PositiveThreshold, Stage);
        var users = KeyVocabulary.Of(input.Schema[_options.UserColumnName]);
        var items = KeyVocabulary.Of(input.Schema[_options.ItemColumnName]);
        var all = Positives(rows, _ => true);
        log.Info($"{all.UserCount} users, {all.ItemCount} items, {all.EdgeCount} positives");
        var times = TimesOf(rows);
        // Read where a form asks, once for the choice of it and for all its fits.
        var vectors = new Lazy<float[]>(() => EntityVectors.Read(
            view, _options.ItemColumnName, view.Schema[_options.Filter.VectorColumnName!], all.ItemCount, Stage,
            _options.CancellationToken));
        if (!_options.IsPart)
        {
            var fit = Task(vectors, times, all, null, log, host);
            return Make(Solve(_options.Filter.Settled(fit), fit));
        }

        var heldOut = rows.Holdout is { } marked
            ? HeldOutPairs.Of(rows, marked)
            : HeldOutPairs.Choose(rows, _options.PositiveThreshold, _options.HoldoutFraction, _seed);
        var known = Positives(rows, pair => !heldOut.Contains(pair));
        var training = Task(vectors, times, known, Positives(rows, heldOut.Contains, orNone: true), log, host);
        var form = _options.Filter.Settled(training);
        string? writes = rows.Holdout is null ? _options.HoldoutColumnName : null;
        var forTraining = Make(Solve(form, training), writes, heldOut);
        var serving = Make(Solve(form, Task(vectors, times, all, null, log, host)), writes);
        serving.UseForTraining(new TrainingMapping(forTraining, input, rows.Fingerprint()));
        return serving;

        GraphFilterTransformer Make(GraphFilterModel model, string? holdout = null, HashSet<long>? marks = null) => new(
            _ml,
            new FilterColumns(
                _options.UserColumnName, _options.ItemColumnName, _options.OutputColumnName, holdout,
                new PositiveLabel(_options.LabelColumnName, rows.ThresholdOf(_options.PositiveThreshold)), _options.UserVectorColumnName,
                _options.ItemVectorColumnName),
            users,
            items,
            model,
            marks);
    }

    private FilterFit Task(
        Lazy<float[]> vectors, PositiveTimes? times, InteractionGraph graph, InteractionGraph? heldOut, TrainingLog log, IHost host) => new(
        graph,
        _options.MemoryLimitMiB,
        _options.Threads,
        log,
        (done, of) => Told(host, log, done, of),
        () => vectors.Value,
        heldOut)
        {
            Times = times,
            Seed = _seed,
            Budget = _options.Budget,
        };

    private PositiveTimes? TimesOf(InteractionRows rows)
    {
        if (rows.Timestamps is not { } seconds)
            return null;
        var times = new PositiveTimes();
        foreach (int row in rows.PositiveRows(_options.PositiveThreshold))
            times.Add(rows.Users[row], rows.Items[row], seconds[row]);
        return times;
    }

    private static GraphFilterModel Solve(ClosedFormSettings form, FilterFit fit)
    {
        fit.Step(0, 1);
        var filter = form.Solve(fit);
        fit.Step(0, 1);
        fit.Log.Info($"{form} solved, {fit.Log.Elapsed.TotalSeconds:F1} s");
        return new GraphFilterModel(form.Kind, fit.Graph, filter);
    }

    private InteractionGraph Positives(InteractionRows rows, Func<long, bool> taken, bool orNone = false)
    {
        List<int> users = [], items = [];
        foreach (int row in rows.PositiveRows(_options.PositiveThreshold))
        {
            if (!taken(HeldOutPairs.PairOf(rows.Users[row], rows.Items[row])))
                continue;
            users.Add(rows.Users[row]);
            items.Add(rows.Items[row]);
        }
        if (users.Count == 0 && !orNone)
        {
            string label = rows.ThresholdOf(_options.PositiveThreshold) is { } least
                ? FormattableString.Invariant($"of at least {least}")
                : "above 0";
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
