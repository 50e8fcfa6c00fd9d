using System.Runtime.CompilerServices;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Tests.Hosting;

/// <summary>Adds "Doubled" = Factor * Label, and holds other transformers as sub-models; counts what is asked of it.</summary>
internal sealed class ProbeTransformer(IHostEnvironment env, float factor, params ITransformer[] children) : RowTransformer(env, "Probe")
{
    public const string StateKind = "Tests.Probe";

    private int _gettersMade;

    public float Factor => factor;

    public string Output { get; init; } = "Doubled";

    public int SavedVersion { get; init; } = 2;

    public Exception? WriteError { get; init; }

    public int ExtraBytes { get; init; }

    public int GettersMade => _gettersMade;

    /// <summary>What stands for the fingerprint of the rows of <see cref="FittedOn"/>.</summary>
    public const ulong FittedRows = 42;

    /// <summary>The view that gets another mapping, as the one a transformer was fitted on does.</summary>
    public IDataView FittedOn
    {
        init => UseForTraining(new TrainingMapping(new ProbeTransformer(Host, -factor) { Output = Output }, value, FittedRows));
    }

    internal override string Kind => StateKind;

    internal override int StateVersion => SavedVersion;

    internal override IReadOnlyList<ITransformer> Children => children;

    [ModuleInitializer]
    internal static void Register() =>
        ModelIo.Register(StateKind, 2, (env, _, reader, children) => new ProbeTransformer(env, reader.ReadSingle(), [.. children]));

    internal override void WriteState(BinaryWriter writer)
    {
        writer.Write(factor);
        writer.Write(new byte[ExtraBytes]);
        if (WriteError is not null)
            throw WriteError;
    }

    internal override IReadOnlyList<OutputColumn> Bind(DataViewSchema input)
    {
        DataViewSchema.Column label = SchemaColumns.Require(input, "Label", "Probe", ColumnKinds.Single);
        return [new OutputColumn(Output, NumberDataViewType.Single, null, [label.Index], row => Getter(row, label))];
    }

    private ValueGetter<float> Getter(DataViewRow row, DataViewSchema.Column label)
    {
        Interlocked.Increment(ref _gettersMade);
        ValueGetter<float> source = row.GetGetter<float>(label);
        return (ref float value) =>
        {
            source(ref value);
            value *= factor;
        };
    }
}
