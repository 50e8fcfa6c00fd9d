using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// Base of every transformer of this library: adds columns to a view, row by row. Views are lazy (only requested columns are computed,
/// again on each pass) and may be read by several cursors at once; the transformer itself never changes after it is made.
/// </summary>
public abstract class RowTransformer : ITransformer
{
    private TrainingMapping? _training;

    internal RowTransformer(IHostEnvironment env, string name)
    {
        ArgumentNullException.ThrowIfNull(env);
        Host = env.Register(name);
    }

    /// <summary>Always true: an output row depends on one input row, so prediction engines can be made over it.</summary>
    public bool IsRowToRowMapper => true;

    internal IHost Host { get; }

    /// <summary>Name of the saved state's format, unique within the library.</summary>
    internal abstract string Kind { get; }

    /// <summary>Version of the saved state's format; raised when <see cref="WriteState"/> changes.</summary>
    internal abstract int StateVersion { get; }

    /// <summary>Sub-models, saved beside the state and handed back to the reader in the same order.</summary>
    internal virtual IReadOnlyList<ITransformer> Children => [];

    /// <summary>The columns added to a view of this schema.</summary>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    /// <inheritdoc cref="ITransformer.GetOutputSchema"/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return MapperOf(this, inputSchema).OutputSchema;
    }

    /// <summary>Adds this transformer's columns to a view. Nothing is computed before the view is read.</summary>
    /// <param name="input">The view to extend.</param>
    /// <returns>A view with the input's columns followed by the added ones.</returns>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return MapView(input, _training?.For(input) ?? this);
    }

    internal static MappedView MapView(IDataView input, RowTransformer transformer) =>
        new(input, MapperOf(transformer, input.Schema), transformer);

    /// <summary>A mapper of single rows, as prediction engines need it.</summary>
    /// <param name="inputSchema">The schema of the rows to map.</param>
    /// <returns>The mapper; rows given to it must be of this very schema instance.</returns>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return MapperOf(this, inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelIo.Save(ctx, this);

    /// <summary>Binds to an input schema: checks the columns it needs and describes those it adds.</summary>
    /// <remarks>Must be pure: it runs at schema time, possibly often and on several threads, and never reads data.</remarks>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    internal abstract IReadOnlyList<OutputColumn> Bind(DataViewSchema input);

    /// <summary>Writes everything the registered reader of <see cref="Kind"/> needs.</summary>
    internal abstract void WriteState(BinaryWriter writer);

    /// <summary>
    /// Gives the rows it was fitted on another mapping, of the stage fitted without its inner holdout. The view itself gets it here, which
    /// is what a chain transforms next while it is being fitted; see <see cref="TrainingView"/> for chains in chains. Never saved.
    /// </summary>
    internal void UseForTraining(TrainingMapping training) => _training = training;

    /// <summary>The mapping for training on these rows; null when it was fitted on others, or has no such mapping.</summary>
    internal RowTransformer? TrainingMappingOf(ulong rows) => _training?.For(rows);

    private static RowMapper MapperOf(RowTransformer transformer, DataViewSchema input) => new(transformer.Bind(input), input);
}
