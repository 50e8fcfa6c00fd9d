using System.Globalization;
using System.Text.RegularExpressions;

namespace HybridRec.MLNet.Torch;

/// <summary>An encoder of some of another's layers.</summary>
internal static class StudentModel
{
    /// <summary>A copy without the layers that are not kept: embeddings, tokenizer, pooling and projection are the same.</summary>
    /// <param name="start">The deep encoder; it stays as it is.</param>
    /// <param name="kept">Its layers that the student gets, ascending.</param>
    public static TorchFittedEncoder Of(TorchFittedEncoder start, int[] kept)
    {
        var model = start.Model.Model;
        var weights = model.Weights.Select(Named);
        try
        {
            var projection = start.Model.Projection;
            var config = model.Config with { Layers = kept.Length };
            var settings = start.Settings with { Name = start.Name + "-student", StoreModel = true };
            using var scope = TorchSharp.torch.NewDisposeScope();
            var student = new SentenceModel(
                TransformerModel.Create(config, weights), start.Model.Tokenizer, settings,
                projection?.detach().clone().DetachFromDisposeScope());
            return new TorchFittedEncoder(student, settings, start.Files.WithLayers(kept.Length), start.Device, path: null);
        }
        catch
        {
            weights.Dispose();
            throw;
        }

        // "encoder.layer.5.output.dense.weight" belongs to layer 5; what belongs to none is kept.
        string? Named(string name)
        {
            string before = model.Prefix + model.LayerPrefix(0)[..^"0.".Length];
            var match = Regex.Match(name, "^" + Regex.Escape(before) + @"(\d+)\.", RegexOptions.CultureInvariant);
            if (!match.Success)
                return name;
            int layer = Array.IndexOf(kept, int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
            return layer < 0 ? null : before + layer.ToString(CultureInfo.InvariantCulture) + name[(match.Length - 1)..];
        }
    }
}
