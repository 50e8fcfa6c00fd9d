using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>The files that a saved encoder holds are written into a folder of the user's: names are not believed.</summary>
public sealed class ModelFilesTests
{
    private static readonly TokenizerSource s_tokenizer = new(TokenizerSource.Vocabulary, [1, 2, 3]);

    [Theory]
    [InlineData("../../escaped.json")]
    [InlineData("/tmp/escaped.json")]
    [InlineData("1_Pooling/config.json")]
    [InlineData("..")]
    [InlineData("run.sh")]
    public void Read_NameThatIsNoneOfTheModels_IsRefused(string name)
    {
        using BinaryReader reader = Saved(("config.json", [4]), (name, [5]));
        var error = Assert.Throws<InvalidDataException>(() => ModelFiles.Read(reader, s_tokenizer));
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NamesOfAModel_AreKept()
    {
        using BinaryReader reader = Saved(("config.json", [4]), ("vocab.txt", [5]), ("spiece.model", [6]));
        ModelFiles files = ModelFiles.Read(reader, s_tokenizer);
        Assert.Equal([5], files["vocab.txt"]);
        Assert.Equal([6], files["spiece.model"]);
    }

    private static BinaryReader Saved(params (string Name, byte[] Bytes)[] given)
    {
        var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
            ModelFiles.Of(given).Write(writer, s_tokenizer);
        bytes.Position = 0;
        return new BinaryReader(bytes);
    }
}
