using System.Globalization;
using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>Concatenates columns into one vector; made by <see cref="FuseEstimator"/>.</summary>
public sealed class FuseTransformer : RowTransformer
{
    internal const string StateKind = "Fuse";
    internal const int CurrentVersion = 1;
    internal const ColumnKinds Allowed = ColumnKinds.Single | ColumnKinds.SingleVector;

    private readonly FusionInput[] _inputs;

    internal FuseTransformer(IHostEnvironment env, string outputColumnName, FusionInput[] inputs)
        : base(env, StageNames.Fuse)
    {
        OutputColumnName = outputColumnName;
        _inputs = inputs;
    }

    /// <summary>Name of the fused column.</summary>
    public string OutputColumnName { get; }

    /// <summary>Names of the columns that are fused, in slot order.</summary>
    public IReadOnlyList<string> InputColumnNames => Array.ConvertAll(_inputs, input => input.Column);

    internal override string Kind => StateKind;

    internal override int StateVersion => CurrentVersion;

    internal static FuseTransformer ReadState(IHostEnvironment env, BinaryReader reader)
    {
        string output = reader.ReadString();
        var inputs = new FusionInput[StateCount.Read(reader, bytesEach: 2)];
        for (int i = 0; i < inputs.Length; i++)
        {
            var role = (ColumnRole)reader.ReadByte();
            inputs[i] = Enum.IsDefined(role)
                ? new FusionInput(role, reader.ReadString())
                : throw new FormatException($"input {i + 1} has the role {(int)role}, which there is not");
        }

        return new FuseTransformer(env, output, inputs);
    }

    internal override void WriteState(BinaryWriter writer)
    {
        writer.Write(OutputColumnName);
        writer.Write(_inputs.Length);
        foreach (FusionInput input in _inputs)
        {
            writer.Write((byte)input.Role);
            writer.Write(input.Column);
        }
    }

    internal override IReadOnlyList<OutputColumn> Bind(DataViewSchema input)
    {
        DataViewSchema.Column[] columns = Array.ConvertAll(
            _inputs, part => SchemaColumns.Require(input, part.Column, StageNames.Fuse, Allowed));
        FusionLayout layout = FusionLayout.Of(_inputs.Zip(columns, (part, column) => (part, SchemaColumns.Dimension(column))));
        string[] slots = [.. columns.SelectMany(SlotNames)];
        int sides = Array.FindIndex(_inputs, input => input.Role == ColumnRole.Pair);
        IPairScorer[]? scorers = sides < 0 ? null : [.. columns[sides..].SelectMany(PairScorers.Of)];
        var whole = Column(columns, layout, Annotations(layout.ToString(), slots, scorers));
        if (sides <= 0)
            return [whole];

        // The scores of the pair cost as much as ranking all items. Who reads the vector of a user or an item asks for the sides alone:
        // a column of the same name before this one, which ML.NET hides.
        DataViewSchema.Column[] sideColumns = columns[..sides];
        var sideLayout = FusionLayout.Of(
            _inputs[..sides].Zip(sideColumns, (part, column) => (part, SchemaColumns.Dimension(column))));
        return [Column(sideColumns, sideLayout, Annotations(sideLayout.ToString(), slots[..sideLayout.Dimension])), whole];
    }

    /// <summary>The column of a fused one's sides, without the parts of the pair; the column itself where it has none.</summary>
    internal static DataViewSchema.Column Sides(DataViewSchema schema, DataViewSchema.Column fused) =>
        fused.Index > 0 && schema[fused.Index - 1] is { IsHidden: true } sides && sides.Name == fused.Name
        && ColumnAnnotations.Text(fused, FusionLayout.AnnotationKind) is { } whole
        && ColumnAnnotations.Text(sides, FusionLayout.AnnotationKind) is { } part
        && whole.StartsWith(part + ";" + nameof(ColumnRole.Pair), StringComparison.Ordinal)
            ? sides
            : fused;

    internal static DataViewSchema.Annotations Annotations(string layout, string[] slots, IReadOnlyList<IPairScorer>? scorers = null)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        ColumnAnnotations.AddSlotNames(builder, slots);
        ColumnAnnotations.AddText(builder, FusionLayout.AnnotationKind, layout);
        if (scorers is not null)
            PairScorers.Add(builder, scorers);
        return builder.ToAnnotations();
    }

    private OutputColumn Column(DataViewSchema.Column[] columns, FusionLayout layout, DataViewSchema.Annotations annotations) => new(
        OutputColumnName,
        new VectorDataViewType(NumberDataViewType.Single, layout.Dimension),
        annotations,
        Array.ConvertAll(columns, column => column.Index),
        row => new Concatenation(row, columns, layout).Getter);

    private static IEnumerable<string> SlotNames(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
            return [column.Name];
        string[]? names = ColumnAnnotations.SlotNames(column);
        return Enumerable.Range(0, vector.Size).Select(slot =>
            column.Name + "." + (names is not null && names[slot].Length > 0 ? names[slot] : slot.ToString(CultureInfo.InvariantCulture)));
    }
}
