using System.Collections;
using System.Globalization;
using System.Reflection;

namespace HybridRec.MLNet.Tests.Architecture.Docs;

/// <summary>The tables of options on the pages say what the code says: every option, its type and its default.</summary>
public sealed class OptionTableTests
{
    private static readonly Assembly[] s_libraries =
        [.. new[]
        {
            "HybridRec.MLNet.Accel", "HybridRec.MLNet.Transforms", "HybridRec.MLNet.Trainers", "HybridRec.MLNet.Storage",
            "HybridRec.MLNet.Torch"
        }.Select(Assembly.Load)];

    private const BindingFlags PublicStatic = BindingFlags.Public | BindingFlags.Static;

    public static TheoryData<string> Described =>
        [.. Pages.All.SelectMany(page => Pages.OptionTables(page).Select(table => $"{page}: {table.Options}"))];

    [Theory]
    [MemberData(nameof(Described))]
    public void Table_OfAPage_HasEveryOptionWithItsTypeAndDefault(string where)
    {
        string page = where.Split(": ")[0], name = where.Split(": ")[1];
        var (_, line, rows) = Pages.OptionTables(page).Single(table => table.Options == name);
        string[] given = [.. rows.Select(row => $"| `{row[0]}` | `{row[1]}` | `{row[2]}` |")];
        string[] right = [.. name.Split('.') is [string factories, string factory]
            ? Arguments(TypeOf(factories).GetMethod(factory)!) : Rows(TypeOf(name))];
        string[] missing = [.. right.Except(given)], wrong = [.. given.Except(right)];
        Assert.True(missing.Length + wrong.Length == 0,
            $"{page}({line}): the table of {name} is not what the code has.\nTo add or to set right:\n{string.Join('\n', missing)}\nNot " +
            $"so in the code:\n{string.Join('\n', wrong)}");
        Assert.Equal(right.Length, given.Length);
        Assert.All(rows, row => Assert.True(row.Length == 4 && row[3].Length > 5, $"{page}: {name}.{row[0]} is not described."));
    }

    [Fact]
    public void Options_OfEstimators_AreAllDescribed()
    {
        // Whatever an extension of HybridCatalog takes as options, but for loaders, splits and what the pages on
        // text and tuning describe in words.
        Type catalog = s_libraries[1].GetType("HybridRec.MLNet.HybridCatalog", throwOnError: true)!;
        string[] wanted = [.. s_libraries.Skip(1).Take(2).SelectMany(library => library.GetExportedTypes())
            .Where(type => type.Namespace == "Microsoft.ML")
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(method => method.GetParameters() is [{ } first, ..] && first.ParameterType == catalog)
            .SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType)
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal)).Select(type => type.Name).Distinct()];
        Assert.True(wanted.Length >= 8, $"Only {string.Join(", ", wanted)} were found.");
        Assert.Empty(wanted.Except(Pages.All.SelectMany(page => Pages.OptionTables(page).Select(table => table.Options))));
    }

    private static Type TypeOf(string name)
    {
        Type[] found = [.. s_libraries.SelectMany(library => library.GetExportedTypes()).Where(type => type.Name == name)];
        return found.Length == 1 ? found[0] : throw new ArgumentException(
            $"There are {found.Length} public types '{name}'; a page names it in a comment before a table of options.");
    }

    private static IEnumerable<string> Rows(Type options)
    {
        ConstructorInfo constructor = options.GetConstructors().OrderBy(candidate => candidate.GetParameters().Length).First();
        object instance = constructor.Invoke([.. constructor.GetParameters().Select(_ => (object?)null)]);
        var nullability = new NullabilityInfoContext();
        foreach (PropertyInfo property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is null || Array.Exists(constructor.GetParameters(), parameter => parameter.Name == property.Name))
                continue;
            bool mayBeNull = !property.PropertyType.IsValueType && nullability.Create(property).WriteState == NullabilityState.Nullable;
            yield return $"| `{property.Name}` | `{TypeName(property.PropertyType)}{(mayBeNull ? "?" : "")}` | " +
                $"`{Text(property.GetValue(instance), property.PropertyType)}` |";
        }
    }

    // What a method like ClosedForm.Ease makes has no settings but its arguments.
    private static IEnumerable<string> Arguments(MethodInfo factory)
    {
        var nullability = new NullabilityInfoContext();
        foreach (ParameterInfo given in factory.GetParameters())
        {
            Type type = given.ParameterType;
            bool mayBeNull = !type.IsValueType && nullability.Create(given).WriteState == NullabilityState.Nullable;
            object? value = given.HasDefaultValue ? given.DefaultValue : "required";
            if (type.IsEnum && value is not null)
                value = Enum.ToObject(type, value);
            yield return $"| `{given.Name}` | `{TypeName(type)}{(mayBeNull ? "?" : "")}` | `{Text(value, type)}` |";
        }
    }

    private static string Text(object? value, Type type) => value switch
    {
        null => "null",
        string text => text,
        bool flag => flag ? "true" : "false",
        CancellationToken => "none",
        Enum or IFormattable => string.Format(CultureInfo.InvariantCulture, "{0}", Wide(value)),
        IEnumerable many => $"[{string.Join(", ", many.Cast<object>().Select(one => Text(one, one.GetType())))}]",
        _ => Named(value, type) ?? (value.GetType() == type ? "new()" : value.GetType().Name),
    };

    // A choice among records is called by its name: AggregationBackend.Cpu, RankingHead.Mlp(), ClosedForm.TurboCf().
    private static string? Named(object value, Type type) =>
        type.GetProperties(PublicStatic).FirstOrDefault(named => named.PropertyType == type && Equals(named.GetValue(null), value))?.Name
        ?? Made(type, value, type) ?? MadeBeside(type, value);

    private static string? MadeBeside(Type type, object value) =>
        type.Assembly.GetType(type.FullName!.Replace("Settings", "", StringComparison.Ordinal)) is { } beside && beside != type
        && Made(beside, value, type) is { } call ? $"{beside.Name}.{call}" : null;

    private static string? Made(Type factories, object value, Type type) => factories.GetMethods(PublicStatic)
        .Where(made => type.IsAssignableFrom(made.ReturnType) && made.GetParameters().All(given => given.HasDefaultValue))
        .Where(made => Equals(made.Invoke(null, [.. made.GetParameters().Select(given => given.DefaultValue)]), value))
        .Select(made => made.Name + "()").FirstOrDefault();

    // 0.0001f is written "0.0001", not "1E-04".
    private static object Wide(object value) => value is float or double
        ? decimal.Parse(string.Format(CultureInfo.InvariantCulture, "{0}", value), NumberStyles.Float, CultureInfo.InvariantCulture)
        : value;

    private static string TypeName(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return TypeName(value) + "?";
        if (type.IsGenericType)
            return $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(TypeName))}>";
        return Type.GetTypeCode(type) switch
        {
            TypeCode.String => "string",
            TypeCode.Boolean => "bool",
            TypeCode.Int32 when !type.IsEnum => "int",
            TypeCode.Int64 when !type.IsEnum => "long",
            TypeCode.Single => "float",
            TypeCode.Double => "double",
            _ => type.Name,
        };
    }
}
