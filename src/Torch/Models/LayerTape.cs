using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// Activation recomputation: the forward pass keeps the input of each layer and nothing of what is within it; <see cref="Backward"/> runs
/// the layers again, the last one first, and takes each one's gradient on its own. Memory for activations is that of one layer and an input
/// a layer, at the cost of one more forward pass. Chen et al., "Training Deep Nets with Sublinear Memory Cost", arXiv 1604.06174.
/// </summary>
internal sealed class LayerTape : IDisposable
{
    private readonly List<Pass> _passes = [];

    /// <summary>
    /// Runs the layers without a graph; what comes after them has its gradient in a leaf. A loss may stand on several such passes.
    /// </summary>
    public Tensor Forward(TransformerModel model, Tensor start, Tensor[] shared)
    {
        var pass = new Pass(model, start, shared);
        _passes.Add(pass);
        return pass.Forward();
    }

    /// <summary>Takes the gradient from behind the last layer through all of them; call it after the loss's own backward.</summary>
    public void Backward()
    {
        foreach (var pass in _passes)
            pass.Backward();
    }

    public void Dispose()
    {
        foreach (var pass in _passes)
            pass.Dispose();
    }

    private sealed class Pass(TransformerModel model, Tensor start, Tensor[] shared) : IDisposable
    {
        private readonly List<Tensor> _inputs = [];
        private readonly List<Tensor?> _states = [];
        private Tensor? _output;

        public Tensor Forward()
        {
            var x = start.detach();
            using (no_grad())
                for (int l = 0; l < model.Config.Layers; l++)
                {
                    _inputs.Add(x);
                    _states.Add(model.Adapter?.DropoutGenerator?.get_state().DetachFromDisposeScope());
                    using var scope = NewDisposeScope();
                    x = model.Layer(l, x, shared).MoveToOuterDisposeScope();
                }
            return _output = x.detach().requires_grad_(true);
        }

        public void Backward()
        {
            if (_output?.grad is not { } gradient)
                return;
            using var scope = NewDisposeScope();
            var generator = model.Adapter?.DropoutGenerator;
            for (int l = model.Config.Layers - 1; l >= 0; l--)
            {
                using var one = NewDisposeScope();
                // The same elements are dropped as before.
                if (generator is not null)
                    generator.set_state(_states[l]!);
                using var input = _inputs[l].detach().requires_grad_(true);
                model.Layer(l, input, shared).backward([gradient]);
                gradient = input.grad!.MoveToOuterDisposeScope();
            }
            if (start.requires_grad)
                start.backward([gradient]);
        }

        public void Dispose()
        {
            foreach (var tensor in _inputs.Concat(_states))
                tensor?.Dispose();
            _output?.Dispose();
        }
    }
}
