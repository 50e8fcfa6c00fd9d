using HybridRec.MLNet;
using Microsoft.ML;

namespace Quickstart;

/// <summary>What the quickstart needs of a data set, embedded or real.</summary>
/// <param name="Name">For the headline.</param>
/// <param name="Facts">What a reader should know before believing a number.</param>
/// <param name="Split">Rows to learn from and rows to be judged on.</param>
/// <param name="Items">The items, one row an item, with items nobody has rated yet.</param>
/// <param name="NewItemSplit">The same training rows, judged on items that are not in them; null when the data have none.</param>
/// <param name="RelevanceThreshold">From how many stars on a test row counts as relevant; null for interactions without stars.</param>
internal sealed record QuickstartData(
    string Name, string Facts, InteractionSplit Split, IDataView Items, InteractionSplit? NewItemSplit, float? RelevanceThreshold);
