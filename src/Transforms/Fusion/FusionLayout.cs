using System.Globalization;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;

namespace HybridRec.MLNet.Fusion;

/// <summary>
/// What lies where in a fused vector z = [h_u | e_u | h_i | e_i | s_ui] (eq. 3). Fuse writes it as a text annotation of its output column,
/// and the ranker reads it: a function of z that only adds up user and item parts ranks the items alike for every user, so
/// it needs the products of pairs.
/// </summary>
/// <remarks>Text form: <c>Role:Column:Offset:Dimension</c>, joined by semicolons; names are percent-encoded.</remarks>
internal sealed class FusionLayout
{
    public const string AnnotationKind = "FusionLayout";

    public FusionLayout(IReadOnlyList<FusionPart> parts)
    {
        Parts = parts;
        Dimension = parts.Sum(part => part.Dimension);
        Pairs = [.. from user in parts
                    where user.Role == ColumnRole.User
                    from item in parts
                    where item.Role == ColumnRole.Item && item.Dimension == user.Dimension && Stem(user) == Stem(item)
                    select (user, item)];
    }

    /// <summary>The parts, in slot order, without gaps.</summary>
    public IReadOnlyList<FusionPart> Parts { get; }

    /// <summary>Number of slots.</summary>
    public int Dimension { get; }

    /// <summary>
    /// The pairs whose products are meaningful: a user part and an item part of equal dimension whose column names are equal after the
    /// prefixes "User" and "Item" (UserGraph and ItemGraph).
    /// </summary>
    public IReadOnlyList<(FusionPart User, FusionPart Item)> Pairs { get; }

    /// <summary>The parts of the pair, in slot order.</summary>
    public IEnumerable<FusionPart> PairParts => Parts.Where(part => part.Role == ColumnRole.Pair);

    /// <summary>Lays out inputs one after the other.</summary>
    public static FusionLayout Of(IEnumerable<(FusionInput Input, int Dimension)> inputs)
    {
        var parts = new List<FusionPart>();
        int offset = 0;
        foreach ((FusionInput input, int dimension) in inputs)
        {
            parts.Add(new FusionPart(input.Role, input.Column, offset, dimension));
            offset = checked(offset + dimension);
        }
        return new FusionLayout(parts);
    }

    /// <summary>The layout of a column, or null when it was not made by Fuse.</summary>
    /// <exception cref="FormatException">The annotation is not a layout of this column.</exception>
    public static FusionLayout? Of(DataViewSchema.Column column)
    {
        if (ColumnAnnotations.Text(column, AnnotationKind) is not { } text)
            return null;
        FusionLayout layout = Parse(text);
        return layout.Dimension == SchemaColumns.Dimension(column)
            ? layout
            : throw new FormatException($"Column '{column.Name}' has {SchemaColumns.Dimension(column)} slots, its FusionLayout '{text}' " +
                $"has {layout.Dimension}. Fuse again.");
    }

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">The text is not a layout, or its parts overlap or leave gaps.</exception>
    public static FusionLayout Parse(string text)
    {
        var parts = new List<FusionPart>();
        int next = 0;
        foreach (string part in text.Split(';'))
        {
            string[] fields = part.Split(':');
            if (fields.Length != 4
                || !Enum.TryParse(fields[0], out ColumnRole role) || !Enum.IsDefined(role)
                || !int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out int offset) || offset != next
                || !int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out int dimension) || dimension < 1)
                throw new FormatException($"'{part}' is not a part of a fusion layout; it must be Role:Column:Offset:Dimension with the " +
                    $"role User, Item, Context or Pair and offset {next}.");
            parts.Add(new FusionPart(role, Uri.UnescapeDataString(fields[1]), offset, dimension));
            next = checked(offset + dimension);
        }
        return new FusionLayout(parts);
    }

    /// <summary>The text form.</summary>
    public override string ToString() => string.Join(';', Parts.Select(part =>
        string.Create(CultureInfo.InvariantCulture, $"{part.Role}:{Uri.EscapeDataString(part.Column)}:{part.Offset}:{part.Dimension}")));

    private static string Stem(FusionPart part) => ColumnRoles.Stem(part.Column, part.Role);
}
