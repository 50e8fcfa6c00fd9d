using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Profiles;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// Learns a vector for each user from the vectors of the items they took: e_u = mean of (z_i - c) over the user's items i, brought to
/// length 1, with c the mean vector of the items.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>What it is</description></listheader>
/// <item><term>User, Item (input)</term><description>Keys, as MapValueToKey makes them.</description></item>
/// <item><term>Label (input, optional)</term><description>Number; rows above 0, or at least
/// <see cref="UserProfileOptions.PositiveThreshold"/>, count.</description></item>
/// <item><term>ItemMeaning (input)</term><description>Vector of Single, known size: the item's vector.</description></item>
/// <item><term>Holdout (input or output)</term><description>Boolean: rows that profiles must not contain while a later trainer learns on
/// them. Read where the input has it; else this estimator chooses <see cref="UserProfileOptions.HoldoutFraction"/> of each user's pairs and
/// writes the column.</description></item>
/// <item><term>UserMeaning (output)</term><description>Vector of Single of the same size; zero for an unknown or
/// missing user.</description></item>
/// </list>
/// While a chain is being fitted, the view it was fitted on is given profiles without the held-out rows; every other view, and a loaded
/// model, has profiles of all rows and Holdout false. Source: z_u of AlphaRec (arXiv 2407.05441).
/// </remarks>
public sealed class UserProfileEstimator : IEstimator<UserProfileTransformer>
{
    private const string Stage = StageNames.UserProfile;

    private readonly IHostEnvironment _env;
    private readonly int _seed;
    private readonly UserProfileOptions _options;

    internal UserProfileEstimator(IHostEnvironment env, UserProfileOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _env = env;
        _options = options;
        _seed = env.Seed(Stage, options.Seed);
    }

    /// <summary>The shape after this stage.</summary>
    /// <param name="inputSchema">The shape before it.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Shapes.Require(inputSchema, _options.UserColumnName, Stage, ColumnKinds.Key);
        Shapes.Require(inputSchema, _options.ItemColumnName, Stage, ColumnKinds.Key);
        Shapes.Require(inputSchema, _options.ItemVectorColumnName, Stage, ColumnKinds.SingleVector);
        InteractionColumns.CheckLabel(inputSchema, _options.LabelColumnName, _options.PositiveThreshold, Stage);
        List<SchemaShape.Column> added = [Shapes.Vector(_options.OutputColumnName)];
        if (Shapes.Optional(inputSchema, _options.HoldoutColumnName, Stage, ColumnKinds.Boolean) is null)
            added.Add(Shapes.Scalar(_options.HoldoutColumnName, BooleanDataViewType.Instance));
        return Shapes.Append(inputSchema, added);
    }

    /// <summary>Reads the rows once, and the vector of each item once.</summary>
    /// <param name="input">Interactions.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type, or there is no row.</exception>
    /// <exception cref="InvalidDataException">A label or a vector has a value that is not finite.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public UserProfileTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var columns = new InteractionColumns(
            _options.UserColumnName, _options.ItemColumnName, _options.LabelColumnName, null, _options.HoldoutColumnName);
        var vectorColumn = SchemaColumns.Require(input.Schema, _options.ItemVectorColumnName, Stage, ColumnKinds.SingleVector);
        var view = input;
        var rows = InteractionRows.ReadForTraining(ref view, columns, Stage, _options.CancellationToken);
        rows.CheckThreshold(_options.PositiveThreshold, _options.LabelColumnName, Stage);
        RowWarnings.Tell(_env, rows, input.Schema, columns, _options.PositiveThreshold, Stage);
        var options = _options with { PositiveThreshold = rows.ThresholdOf(_options.PositiveThreshold) }; // what an update goes by
        var vectors = EntityVectors.Read(
            view, columns.Item, view.Schema[vectorColumn.Index], rows.ItemCount, Stage, _options.CancellationToken);
        Cancellation.ThrowIfRequested(_env, _options.CancellationToken);

        var users = KeyVocabulary.Of(SchemaColumns.Require(input.Schema, columns.User, Stage, ColumnKinds.Key));
        bool writesHoldout = rows.Holdout is null;
        var heldOut = rows.Holdout is { } marked
            ? HeldOutPairs.Of(rows, marked)
            : HeldOutPairs.Choose(rows, _options.PositiveThreshold, _options.HoldoutFraction, _seed);
        int dimension = SchemaColumns.Dimension(vectorColumn);
        var serving = Make(_ => true);
        var training = Make(pair => !heldOut.Contains(HeldOutPairs.PairOf(pair.User, pair.Item)), heldOut);
        serving.UseForTraining(new TrainingMapping(training, input, rows.Fingerprint()));
        return serving;

        UserProfileTransformer Make(Func<(int User, int Item), bool> taken, HashSet<long>? marks = null) => new(
            _env, options, users,
            ProfileTable.Average(rows.UserCount, dimension, vectors, Positives(rows).Where(taken), _options.Center, _options.Normalize),
            writesHoldout, marks);
    }

    private IEnumerable<(int User, int Item)> Positives(InteractionRows rows) =>
        rows.PositiveRows(_options.PositiveThreshold).Select(row => (rows.Users[row], rows.Items[row]));
}
