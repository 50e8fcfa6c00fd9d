using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace HybridRec.MLNet.FoldIn;

/// <summary>
/// Walks through a fitted chain and replaces the stages that interactions fold into; the others are shared by both chains.
/// </summary>
internal static class ChainFoldIn
{
    public const string Name = "Update";

    /// <summary>The chain with new interactions.</summary>
    public static TransformerChain<ITransformer> Run(MLContext ml, ITransformer model, IDataView rows, CancellationToken cancellationToken)
    {
        ITransformer[] stages = [.. ChainStages.Of(model)];
        IReadOnlySet<string> keys = KeyColumns(stages);
        DataViewSchema before = model.GetOutputSchema(rows.Schema);
        if (IsEmpty(rows))
            return new TransformerChain<ITransformer>(stages);
        var updated = new List<ITransformer>(stages.Length);
        IDataView view = rows;
        foreach (ITransformer stage in stages)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (ITransformer next in Update(ml, stage, view, keys, cancellationToken))
            {
                view = Apply(next, view);
                updated.Add(next);
            }
        }

        CheckSame(before, view.Schema);
        return new TransformerChain<ITransformer>([.. updated]);
    }

    /// <summary>The key columns whose values may grow.</summary>
    /// <exception cref="ArgumentException">No stage can be updated.</exception>
    public static IReadOnlySet<string> KeyColumns(IEnumerable<ITransformer> stages)
    {
        HashSet<string> keys = [.. stages.OfType<IUpdatableStage>().SelectMany(stage => stage.KeyColumns)];
        return keys.Count > 0
            ? keys
            : throw new ArgumentException(
                $"{Name}: the model has no stage that interactions fold into; such are GnnEmbedding "
                + "(with Updatable = true), UserProfile and GraphFilter.");
    }

    private static IEnumerable<ITransformer> Update(
        MLContext ml, ITransformer stage, IDataView view, IReadOnlySet<string> keys, CancellationToken cancellationToken)
    {
        if (stage is IUpdatableStage updatable)
            return [updatable.Update(view, cancellationToken)];
        if (stage is not ValueToKeyMappingTransformer mapping)
            return [stage];
        var columns = new KeyStage(mapping, view.Schema);
        if (!keys.Any(columns.Makes))
            return [stage];
        columns.Extend(ml, view, keys);
        return columns.ToStages(ml);
    }

    private static IDataView Apply(ITransformer stage, IDataView view)
    {
        try
        {
            return stage.Transform(view);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new InvalidOperationException(
                $"{Name}: stage {stage.GetType().Name} does not take the users and items that are new: {exception.Message} "
                + "Such a stage has to be fitted again with all rows.", exception);
        }
    }

    // Keys have more values, and nothing else may change: what reads the model's columns relies on their widths.
    private static void CheckSame(DataViewSchema before, DataViewSchema after)
    {
        foreach (DataViewSchema.Column column in after)
        {
            if (column.IsHidden || before.GetColumnOrNull(column.Name) is not { } old || column.Type.Equals(old.Type))
                continue;
            if (column.Type is KeyDataViewType && old.Type is KeyDataViewType && column.Type.RawType == old.Type.RawType)
                continue;
            throw new InvalidOperationException(
                $"{Name}: column '{column.Name}' would change from {old.Type} to {column.Type}, since it depends on the number of users or "
                + "items. The stage that makes it has to be fitted again with all rows.");
        }
    }

    private static bool IsEmpty(IDataView rows)
    {
        using DataViewRowCursor cursor = rows.GetRowCursor([]);
        return !cursor.MoveNext();
    }
}
