using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Fusion;

/// <summary>A column to fuse and whom it describes.</summary>
/// <param name="Role">Whom it describes.</param>
/// <param name="Column">The column's name.</param>
internal readonly record struct FusionInput(ColumnRole Role, string Column)
{
    /// <summary>The role is told by the name.</summary>
    public static FusionInput OfName(string column) => new(ColumnRoles.OfName(column), column);

    /// <summary>Checks the columns: at least one, each with a name, none twice.</summary>
    /// <param name="check">The checks.</param>
    /// <param name="inputs">The columns.</param>
    /// <param name="option">The option, or the parameter, that a column was named by.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not so.</exception>
    public static void Validate(OptionCheck check, IReadOnlyList<FusionInput> inputs, Func<FusionInput, string> option)
    {
        if (inputs.Count == 0)
            throw check.Refusal(
                option(default), "empty: no columns to fuse were given", "at least one, such as \"UserGraph\" and \"ItemGraph\"");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (FusionInput input in inputs)
        {
            check.Named(input.Column, option(input));
            if (!seen.Add(input.Column))
                throw check.Refusal(option(input), $"'{input.Column}', which is given more than once", "each column once");
        }
    }
}
