namespace HybridRec.MLNet;

/// <summary>One fitted pipeline and what it reached.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FitTime">How long it took to fit.</param>
/// <param name="Report">How it was judged.</param>
public sealed record ComparedModel(string Name, TimeSpan FitTime, TopKReport Report);
