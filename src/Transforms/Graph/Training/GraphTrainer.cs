using HybridRec.MLNet.Training;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Graph;

/// <summary>The training loop: epochs, validation, early stopping, checkpoints.</summary>
internal sealed class GraphTrainer(IHostEnvironment host, GnnEmbeddingOptions options, TrainingLog log)
{
    // Of a time budget: the closed form, the profiles and the ranker come after the graph.
    private const double BudgetShare = 0.6;

    private int _epochsDone;
    private int _epochKept;
    private EpochPace? _pace;

    /// <summary>What early stopping looks at; null where nothing is held out, and before <see cref="Train"/>.</summary>
    public GraphValidation? Validation { get; private set; }

    /// <summary>Trains on the pairs of <see cref="GraphSplit.Fit"/> and leaves the parameters of the best epoch in place.</summary>
    /// <exception cref="OperationCanceledException">Canceled; the last checkpoint, if any, stays.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite.</exception>
    public GraphNetwork Train(GraphSplit split, NodeFeatureTable? userFeatures, NodeFeatureTable? itemFeatures)
    {
        TrainingSettings training = options.Training;
        (int epochs, int patience, int every) = (training.Epochs!.Value, training.Patience!.Value, training.CheckpointEvery!.Value);
        var graph = new TrainingGraph(split.Fit, options, userFeatures, itemFeatures, split.FitEdges);
        var step = new GraphStep(graph, options);
        var state = new TrainingState(step.Network.Parameters);
        GraphValidation? validation = split.Holdout is null
            ? null
            : new GraphValidation(split.Fit, split.Holdout, graph.NodeCount, options);
        Validation = validation;
        GraphCheckpoint? checkpoint = training.CheckpointPath is null
            ? null
            : new GraphCheckpoint(
                training.CheckpointPath, GraphCheckpoint.Fingerprint(options, split, userFeatures, itemFeatures, graph.Order is not null));
        if (training.Resume && checkpoint!.TryLoad(state))
            log.Info($"continues after epoch {state.Epoch} of '{training.CheckpointPath}'");

        _epochsDone = state.Epoch;
        EpochPace pace = _pace = new EpochPace(training.Budget, BudgetShare, state.Epoch);
        while (state.Epoch < epochs && !(validation is not null && patience > 0 && state.Epoch - state.BestEpoch >= patience))
        {
            if (!pace.Allows(state.Epoch, epochs: 1 + Math.Min(options.FinalEpochs!.Value, 1)))
            {
                log.Info($"ends after epoch {state.Epoch} of {epochs} for the time budget: {pace}");
                break;
            }


            double loss = Epoch(step, state, (float)training.RateShare(state.Epoch + 1));
            double? ndcg = validation?.Ndcg(step.Network);
            if (ndcg is double value)
                state.Validated(value);
            _epochsDone = state.Epoch;
            log.Epoch(state.Epoch, epochs, loss, ndcg);
            if (checkpoint is not null && (state.Epoch % every == 0 || state.Epoch == epochs))
                checkpoint.Save(state);
        }

        _epochKept = state.Epoch;
        if (validation is not null && state.BestEpoch > 0)
        {
            state.RestoreBest();
            _epochKept = state.BestEpoch;
            log.Info($"keeps epoch {state.BestEpoch} of {state.Epoch}: validation NDCG@10 {state.BestNdcg:F4}");
        }

        return step.Network;
    }

    /// <summary>Goes on from trained parameters over all pairs, for the final epochs if there are any.</summary>
    public GraphNetwork Finish(GraphNetwork trained, GraphSplit split, NodeFeatureTable? userFeatures, NodeFeatureTable? itemFeatures)
    {
        var step = new GraphStep(new TrainingGraph(split.All, options, userFeatures, itemFeatures, split.AllEdges, trained.Graph), options);
        step.Network.CopyFrom(trained);
        var state = new TrainingState(step.Network.Parameters);
        int epochs = options.FinalEpochs!.Value;
        while (state.Epoch < epochs)
        {
            if (_pace is { } pace && !pace.Allows(_epochsDone + state.Epoch, epochs: 1))
            {
                log.Info($"leaves out {epochs - state.Epoch} of {epochs} final epochs for the time budget: {pace}");
                break;
            }

            double loss = Epoch(step, state, (float)options.Training.RateShare(_epochKept));
            log.Epoch(_epochsDone + state.Epoch, _epochsDone + epochs, loss);
        }

        return step.Network;
    }

    private double Epoch(GraphStep step, TrainingState state, float rate)
    {
        state.Epoch++;
        step.Sampler.BeginEpoch(state.Epoch);
        double sum = 0;
        int interactions = 0;
        for (int s = 0; s < step.Sampler.StepsPerEpoch; s++)
        {
            Cancellation.ThrowIfRequested(host, options.Training.CancellationToken);
            step.Sampler.Fill(s, step.Batch);
            sum += step.Compute() * step.Batch.Size;
            interactions += step.Batch.Size;
            step.Optimizer.Update(++state.Steps, rate);
        }

        double loss = sum / interactions;
        return double.IsFinite(loss)
            ? loss
            : throw new InvalidOperationException(
                $"GnnEmbedding: the loss of epoch {state.Epoch} is {loss}: training diverged. Lower LearningRate (given: " +
                $"{options.Training.LearningRate}), or choose another Normalization.");
    }
}
