using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using static HybridRec.MLNet.Tests.FoldIn.UpdateData;

namespace HybridRec.MLNet.Tests.FoldIn;

public sealed class UpdateErrorTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Update_ModelNotUpdatable_NamesTheOption() =>
        Says<InvalidOperationException>(
            "Updatable = true", GraphAlone(_ml, Options.Train(t => t with { Epochs = 1 }) with { Updatable = false }), LaterView(_ml));

    [Fact]
    public void Update_NoStageThatCan_SaysWhichCould() =>
        Says<ArgumentException>("GnnEmbedding", Keys(_ml).Fit(Train(_ml)), LaterView(_ml));

    [Fact]
    public void Update_ColumnMissing_IsNamed() =>
        Says<Exception>("User", GraphAlone(_ml), _ml.Transforms.DropColumns("User").Fit(LaterView(_ml)).Transform(LaterView(_ml)));

    [Fact]
    public void Update_TextMissing_IsNamed() =>
        Says<Exception>("ItemText", Hybrid(_ml), _ml.Transforms.DropColumns("ItemText").Fit(LaterView(_ml)).Transform(LaterView(_ml)));

    [Fact]
    public void Update_IdsOfAnotherType_AreNamed()
    {
        IDataView numbered = _ml.Data.LoadFromEnumerable([new NumberedRow { User = 1, Item = 2 }]);
        Says<Exception>("User", GraphAlone(_ml), numbered);
    }

    [Fact]
    public void Update_LabelIsNotFinite_SaysSo()
    {
        CheckerboardRow bad = New("anna", 1);
        bad.Label = float.NaN;
        Says<InvalidDataException>("NaN", GraphAlone(_ml), Checkerboard.View(_ml, [bad]));
    }

    [Fact]
    public void Update_ColumnThatDependsOnTheNumberOfUsers_IsNamed()
    {
        ITransformer model = Keys(_ml).Append(_ml.Hybrid.GnnEmbedding(Options.Train(t => t with { Epochs = 1 })))
            .Append(_ml.Transforms.Conversion.MapKeyToVector("Hot", "User")).Fit(Train(_ml));
        Says<InvalidOperationException>("'Hot'", model, LaterView(_ml));
    }

    [Fact]
    public void Update_KeysOfOtherData_AreRefused()
    {
        IDataView train = Keys(_ml).Fit(Train(_ml)).Transform(Train(_ml));
        GnnEmbeddingTransformer model = _ml.Hybrid.GnnEmbedding(Options.Train(t => t with { Epochs = 1 })).Fit(train);
        IDataView foreign = Keys(_ml).Fit(LaterView(_ml)).Transform(LaterView(_ml));
        Says<ArgumentException>("'User'", model, foreign);
    }

    [Fact]
    public void Update_Cancelled_Throws()
    {
        ITransformer model = GraphAlone(_ml);
        Assert.Throws<OperationCanceledException>(() => _ml.Hybrid.Update(model, LaterView(_ml), new CancellationToken(canceled: true)));
    }

    private void Says<TException>(string part, ITransformer model, IDataView rows)
        where TException : Exception
        => Assert.Contains(part, Assert.ThrowsAny<TException>(() => _ml.Hybrid.Update(model, rows)).Message, StringComparison.Ordinal);
}
