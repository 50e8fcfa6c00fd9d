using Microsoft.ML;

namespace HybridRec.MLNet;

/// <summary>Interactions divided into rows to learn from and rows to be judged on.</summary>
/// <param name="TrainSet">Rows to fit on.</param>
/// <param name="TestSet">Rows to be judged on, never to be fitted on.</param>
/// <param name="ValidationSet">Rows to choose hyper-parameters on, or null when the protocol has none.</param>
/// <param name="Protocol">How the rows were divided, in words fit for a table's caption: name, parameters, seed.</param>
/// <remarks>
/// The three views have every column of the source in the source's row order, are lazy filters over it, and share no row.
/// </remarks>
public sealed record InteractionSplit(IDataView TrainSet, IDataView TestSet, IDataView? ValidationSet, string Protocol)
{
    /// <summary>A split without validation rows.</summary>
    /// <param name="trainSet">Rows to fit on.</param>
    /// <param name="testSet">Rows to be judged on.</param>
    /// <param name="protocol">How the rows were divided.</param>
    public InteractionSplit(IDataView trainSet, IDataView testSet, string protocol)
        : this(trainSet, testSet, null, protocol)
    {
    }

    /// <summary>ML.NET's own split, such as <c>ml.Data.TrainTestSplit(rows)</c> gives it, wherever a split is asked for.</summary>
    /// <param name="parts">The two parts.</param>
    public static implicit operator InteractionSplit(DataOperationsCatalog.TrainTestData parts) =>
        new(parts.TrainSet, parts.TestSet, "a split of ML.NET (TrainTestData)");

    /// <summary>
    /// For protocols that rank only a user's rated test rows (<c>RatedHoldout</c>): the label from which such a row is relevant. The
    /// evaluation takes it where <c>TopKOptions.RelevanceThreshold</c> gives no other; <c>CandidateSet.RatedHoldout</c> goes with it. Null
    /// for protocols that rank all items.
    /// </summary>
    /// <value>The default is null.</value>
    public float? RelevanceThreshold { get; init; }
}
