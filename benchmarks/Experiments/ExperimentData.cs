using Microsoft.ML;

namespace HybridRec.MLNet.Experiments;

/// <summary>A data set as an experiment sees it.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Split">Rows to learn from and rows to be judged on.</param>
/// <param name="SplitKind">How it was divided: random, time, last, cold or given.</param>
/// <param name="Items">All items with their text, for models that can place items nobody had; null without texts.</param>
/// <param name="RelevanceThreshold">Stars from which a row counts, in training and in the test; null for implicit interactions.</param>
/// <param name="Attributes">What items have in common: <c>Item</c> and columns with values separated by '|'; null where the data set
/// says nothing of the kind.</param>
internal sealed record ExperimentData(
    string Name, InteractionSplit Split, string SplitKind, IDataView? Items, float? RelevanceThreshold, IDataView? Attributes = null);
