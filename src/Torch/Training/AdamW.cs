using TorchSharp;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// m = b1 m + (1-b1) g, v = b2 v + (1-b2) g², w = w - eta (m' / (sqrt(v') + eps) + lambda w), with m' and v' freed of their start
/// (Loshchilov and Hutter, ICLR 2019). Its moments are at hand, so that a checkpoint holds all of it.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    public AdamW(IReadOnlyList<(string Name, Tensor Value)> parameters)
    {
        Parameters = parameters;
        FirstMoments = [.. parameters.Select(p => zeros_like(p.Value, requires_grad: false).DetachFromDisposeScope())];
        SecondMoments = [.. parameters.Select(p => zeros_like(p.Value, requires_grad: false).DetachFromDisposeScope())];
    }

    public IReadOnlyList<(string Name, Tensor Value)> Parameters { get; }

    public Tensor[] FirstMoments { get; }

    public Tensor[] SecondMoments { get; }

    /// <summary>
    /// Takes a step along the gradients there are, clipped to a norm together, and clears them. A parameter without a gradient stays.
    /// </summary>
    /// <param name="step">Number of this step, from 1.</param>
    /// <param name="rate">eta.</param>
    /// <param name="decay">lambda.</param>
    /// <param name="maxNorm">Largest norm of all gradients.</param>
    /// <returns>The norm before clipping.</returns>
    public double Step(int step, double rate, double decay, double maxNorm)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        Tensor?[] gradients = [.. Parameters.Select(p => p.Value.grad)];
        double norm = Math.Sqrt(gradients.OfType<Tensor>().Sum(g => g.Squared().sum().item<float>()));
        double factor = norm > maxNorm ? maxNorm / norm : 1;
        double first = 1 - Math.Pow(Beta1, step), second = 1 - Math.Pow(Beta2, step);
        // Numbers of this step alone, held for its length (see Held).
        using Scalar clip = factor, kept = 1 - rate * decay, unbiased = second, along = -rate / first;
        Scalar beta1 = Held.Number(Beta1), rest1 = Held.Number(1 - Beta1), beta2 = Held.Number(Beta2), rest2 = Held.Number(1 - Beta2);
        for (int i = 0; i < gradients.Length; i++)
        {
            if (gradients[i] is not { } gradient)
                continue;
            var clipped = gradient * clip;
            FirstMoments[i].mul_(beta1).add_(clipped, rest1);
            SecondMoments[i].mul_(beta2).addcmul_(clipped, clipped, rest2);
            var value = Parameters[i].Value;
            value.mul_(kept);
            value.addcdiv_(FirstMoments[i], (SecondMoments[i] / unbiased).sqrt_().add_(Held.Number(Epsilon), Held.Number(1)), along);
            gradient.zero_();
        }
        return norm;
    }

    public void Dispose()
    {
        foreach (var moment in FirstMoments.Concat(SecondMoments))
            moment.Dispose();
    }
}
