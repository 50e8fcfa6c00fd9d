using System.CommandLine;

namespace HybridRec.MLNet.Experiments;

/// <summary>An option of a command that is a whole number with a least value.</summary>
internal static class NumberOption
{
    public static Option<int> Create(string name, string description, int otherwise, int least = 1)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < least)
                result.AddError($"{name} has to be {least} or more.");
        });
        return option;
    }
}
