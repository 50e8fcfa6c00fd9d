using System.Reflection;
using TorchSharp;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>TorchSharp lets go of a number while native code reads it: no call of this library hands one over that nobody holds.</summary>
public sealed class HeldNumbersTests
{
    // These hold theirs: for ever, or to the end of a block by using.
    private static readonly string[] s_holders = ["Held", "AdamW.Step", "Whitening.Of"];

    [Fact]
    public void Calls_OfTheLibrary_HandOverNoNumberThatNobodyHolds()
    {
        // What makes a number of its own and lets go of it, itself or by what it calls: a sum of two tensors too.
        var calls = Methods(typeof(torch).Assembly).ToDictionary(method => method, method => Calls(method).ToList());
        HashSet<MethodBase> loose = [.. calls.Where(one => one.Value.Exists(MakesNumber)).Select(one => one.Key)];
        while (calls.Where(one => !loose.Contains(one.Key) && one.Value.Exists(loose.Contains)).Select(one => one.Key)
            .ToList() is { Count: > 0 } more)
            loose.UnionWith(more);
        Assert.True(loose.Count > 50, $"Only {loose.Count} methods of TorchSharp were found to make numbers: is its code read right?");

        string[] found = [.. Methods(typeof(TorchEncoder).Assembly).Where(method => !s_holders.Any(Name(method).StartsWith))
            .SelectMany(method => Calls(method).Where(call => MakesNumber(call) || loose.Contains(call))
                .Select(call => $"{Name(method)} calls {Name(call)}"))];
        Assert.Empty(found);
    }

    private static bool MakesNumber(MethodBase call) => call.DeclaringType == typeof(Scalar) && call.Name == "op_Implicit";

    // A lambda stands for the type and method it is written in.
    private static string Name(MethodBase method)
    {
        Type type = method.DeclaringType!;
        return type.Name.StartsWith('<') && type.DeclaringType is { } outer ? $"{outer.Name}.{method.Name}" : $"{type.Name}.{method.Name}";
    }

    private static IEnumerable<MethodBase> Methods(Assembly assembly)
    {
        const BindingFlags All =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        return assembly.GetTypes().Where(type => !type.ContainsGenericParameters)
            .SelectMany(type => type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)));
    }

    /// <summary>What a method calls, by its code: a call is its operation and four bytes of a token.</summary>
    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        const byte Call = 0x28, CallVirtual = 0x6f;
        byte[] code = method.ContainsGenericParameters ? [] : method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int i = 0; i + 4 < code.Length; i++)
        {
            if (code[i] is not (Call or CallVirtual) || Resolve(method.Module, BitConverter.ToInt32(code, i + 1)) is not { } called)
                continue;
            yield return called;
            i += 4;
        }
    }

    private static MethodBase? Resolve(Module module, int token)
    {
        const int Definition = 0x06, Reference = 0x0a, Generic = 0x2b;
        try
        {
            return token >> 24 is Definition or Reference or Generic ? module.ResolveMethod(token) : null;
        }
        catch (Exception e) when (e is ArgumentException or BadImageFormatException)
        {
            return null; // no token: the byte was part of something else
        }
    }
}
