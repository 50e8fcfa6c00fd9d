namespace HybridRec.MLNet.Text;

/// <summary>Turns one pre-token into ids (the "model" of tokenizer.json).</summary>
internal interface ITokenModel
{
    /// <summary>Id of the unknown token, -1 if the model has none.</summary>
    int UnknownId { get; }

    void Encode(string piece, List<int> ids);
}
