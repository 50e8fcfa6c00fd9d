using System.CommandLine;

namespace HybridRec.MLNet.Experiments;

/// <summary>An option of a command that is a whole number with a least value.</summary>
internal static class NumberOption
{
    public static Option<int> Create(string name, string description, int otherwise, int least = 1)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => otherwise };
        return AtLeast(option, least);
    }

    /// <summary>One that need not be given.</summary>
    public static Option<int?> Optional(string name, string description, int least = 1) =>
        AtLeast(new Option<int?>(name) { Description = description }, least);

    private static Option<T> AtLeast<T>(Option<T> option, int least)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<T>() is int value && value < least)
                result.AddError($"{option.Name} has to be {least} or more.");
        });
        return option;
    }
}
