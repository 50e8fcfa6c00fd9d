using HybridRec.MLNet.Items;

namespace HybridRec.MLNet.Ranking;

/// <summary>Scores fused pairs one by one; owns its scratch, so one a cursor. The user of the previous pair is kept folded in.</summary>
internal sealed class RowScorer
{
    private readonly HybridRankingModel _model;
    private readonly HeadPass _pass;
    private readonly float[] _folded;
    private readonly float[] _user;
    private readonly float[] _item;
    private readonly float[] _scores;
    private bool _hasUser;

    public RowScorer(HybridRankingModel model)
    {
        _model = model;
        _pass = new HeadPass(model.Weights, 1);
        _user = new float[model.Map.UserDimension];
        _folded = new float[_user.Length];
        _item = new float[model.Map.ItemDimension];
        _scores = new float[model.Map.Scores];
    }

    public float Score(ReadOnlySpan<float> features)
    {
        if (features.Length != _model.FeatureCount)
            throw new ArgumentException(
                $"A fused vector of {features.Length} values was given; this model reads {_model.FeatureCount}.", nameof(features));
        _model.Map.User(features, _user);
        if (!_hasUser || !_user.AsSpan().SequenceEqual(_folded))
        {
            _pass.Fold(_model.Weights, _user);
            _user.CopyTo(_folded, 0);
            _hasUser = true;
        }
        _model.Map.Item(features, _item);
        Span<float> score = stackalloc float[1];
        _model.Map.PairScores(features, _scores);
        _pass.Forward(_item, _scores, 1, score);
        ScoreCleaning.MakeFinite(score);
        return score[0];
    }
}
