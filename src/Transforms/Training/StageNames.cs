namespace HybridRec.MLNet.Training;

/// <summary>What the components call themselves in messages, logs and progress.</summary>
internal static class StageNames
{
    public const string CreateRecommender = "CreateRecommender";
    public const string DefaultPipeline = "DefaultPipeline";
    public const string EvaluateTopK = "EvaluateTopK";
    public const string Fuse = "Fuse";
    public const string GnnEmbedding = "GnnEmbedding";
    public const string GraphFilter = "GraphFilter";
    public const string LlmEmbedding = "LlmEmbedding";
    public const string Ranking = "Ranking";
    public const string RankingView = "RankingView";
    public const string Search = "Search";
    public const string UserProfile = "UserProfile";
}
