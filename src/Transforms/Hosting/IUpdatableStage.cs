using Microsoft.ML;

namespace HybridRec.MLNet.Hosting;

/// <summary>A fitted stage that interactions can be folded into. It never changes itself: an update is another stage.</summary>
internal interface IUpdatableStage
{
    /// <summary>The key columns whose vocabularies may grow by an update.</summary>
    IEnumerable<string> KeyColumns { get; }

    /// <summary>The stage with further interactions.</summary>
    /// <param name="rows">At least one new row, as this stage sees it. The keys of its users and items are the known ones, followed by
    /// any number of new ones.</param>
    /// <param name="cancellation">Checked every few thousand rows.</param>
    /// <exception cref="InvalidOperationException">The stage was fitted, or saved, without what an update needs.</exception>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type; a key column does not begin
    /// with the known keys.</exception>
    /// <exception cref="InvalidDataException">A label or a vector is not finite.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    ITransformer Update(IDataView rows, CancellationToken cancellation);
}
