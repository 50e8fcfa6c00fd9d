namespace HybridRec.MLNet.Text;

/// <summary>Rewrites a text before it is cut into words (the "normalizer" of tokenizer.json).</summary>
internal interface INormalizer
{
    string Normalize(string text);
}
