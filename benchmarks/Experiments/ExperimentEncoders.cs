using System.CommandLine;
using Microsoft.ML;

namespace HybridRec.MLNet.Experiments;

/// <summary>The text encoders that experiments compare.</summary>
internal static class ExperimentEncoders
{
    public const string Lexical = "lexical", Mini = "mini";

    public static Option<string?> Option(string name) =>
        new(name)
        {
            Description = $"{Lexical}, {Mini} (the encoder in the box), or a folder that TextEncoder.FromFolder reads.",
            DefaultValueFactory = _ => Lexical
        };

    /// <summary>The encoder, which the caller disposes; null for the lexical one, which each pipeline fits for itself.</summary>
    public static TextEncoder? Open(string name) => name switch
    {
        Lexical => null,
        Mini => TextEncoder.HybridRecMini(),
        _ => TextEncoder.FromFolder(name),
    };
}
