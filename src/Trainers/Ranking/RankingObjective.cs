namespace HybridRec.MLNet;

/// <summary>The loss of a user's list of positives and sampled negatives.</summary>
public enum RankingObjective
{
    /// <summary>Sampled softmax: the mean over positives p of -ln( e^s_p / (e^s_p + sum_n e^s_n) ).</summary>
    Softmax,

    /// <summary>Bayesian personalized ranking (arXiv 1205.2618): the mean over pairs (p, n) of -ln sigmoid(s_p - s_n).</summary>
    Bpr,

    /// <summary>Binary cross-entropy of sigmoid(s): the mean over the list, label 1 for positives and 0 for negatives.</summary>
    Logistic,
}
