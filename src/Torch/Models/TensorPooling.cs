using HybridRec.MLNet.Text;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>The modes of <see cref="TokenPooling"/> as torch operations, which have gradients.</summary>
internal static class TensorPooling
{
    /// <summary>Pools a batch.</summary>
    /// <param name="hidden">[batch, tokens, hidden].</param>
    /// <param name="lengths">Tokens of each text.</param>
    /// <param name="first">First token that counts; at least the last one always does.</param>
    /// <param name="mode">How.</param>
    /// <returns>[batch, hidden].</returns>
    public static Tensor Pool(Tensor hidden, int[] lengths, int first, PoolingMode mode)
    {
        int batch = lengths.Length, tokens = (int)hidden.shape[1];
        if (mode == PoolingMode.Cls)
            return hidden[TensorIndex.Colon, 0];
        float[] weights = new float[batch * tokens];
        for (int b = 0; b < batch; b++)
        {
            int from = mode == PoolingMode.LastToken ? lengths[b] - 1 : Math.Min(first, lengths[b] - 1);
            double total = 0;
            for (int t = from; t < lengths[b]; t++)
                total += weights[b * tokens + t] = mode == PoolingMode.WeightedMean ? t + 1 : 1;
            double scale = mode switch { PoolingMode.MeanSqrtLength => Math.Sqrt(total), PoolingMode.Max => 1, _ => total };
            for (int t = from; t < lengths[b]; t++)
                weights[b * tokens + t] = (float)(weights[b * tokens + t] / scale);
        }
        var weight = TensorTransfer.ToTensor(weights, [batch, tokens, 1], hidden.device);
        return mode == PoolingMode.Max
            ? hidden.Without(weight.eq(Held.Number(0))).amax([1])
            : (hidden * weight).sum(1);
    }
}
