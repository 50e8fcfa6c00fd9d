using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>
/// Random weights of a BERT-family encoder; shared with benchmarks/Experiments. Structured as trained ones are: output channels and rows of
/// tables differ in size (log-normal), layer normalizations are near 1.
/// </summary>
internal static class BertRandomWeights
{
    private const float ChannelSpread = 0.4f;

    /// <param name="shape">Shape of the encoder.</param>
    /// <param name="seed">Same seed, same weights.</param>
    /// <param name="scale">Standard deviation of the matrices; 0: 1 / sqrt(inputs).</param>
    /// <param name="bias">Standard deviation of the biases.</param>
    public static Dictionary<string, FloatTensor> Create(BertShape shape, int seed, float scale = 0, float bias = 0.02f)
    {
        var random = Xoshiro256.Stream(seed);
        var weights = new Dictionary<string, FloatTensor>();
        int d = shape.Dimension;
        void Matrix(string name, int rows, int columns, float spread)
        {
            float[] values = new float[rows * columns];
            for (int r = 0; r < rows; r++)
            {
                float size = spread * MathF.Exp(ChannelSpread * (float)random.NextNormal());
                for (int c = 0; c < columns; c++)
                    values[(r * columns) + c] = size * (float)random.NextNormal();
            }
            weights[name] = new FloatTensor([rows, columns], values);
        }
        void Vector(string name, int length, float mean, float spread)
        {
            float[] values = new float[length];
            for (int i = 0; i < length; i++)
                values[i] = mean + (spread * (float)random.NextNormal());
            weights[name] = new FloatTensor([length], values);
        }
        void Linear(string name, int outputs, int inputs)
        {
            Matrix(name + ".weight", outputs, inputs, scale == 0 ? 1 / MathF.Sqrt(inputs) : scale);
            Vector(name + ".bias", outputs, 0, bias);
        }
        void Norm(string name)
        {
            Vector(name + ".weight", d, 1, 0.1f);
            Vector(name + ".bias", d, 0, bias);
        }
        Matrix("embeddings.word_embeddings.weight", shape.Vocabulary, d, 1);
        Matrix("embeddings.position_embeddings.weight", shape.MaxTokens, d, 0.2f);
        Matrix("embeddings.token_type_embeddings.weight", 2, d, 0.2f);
        Norm("embeddings.LayerNorm");
        for (int l = 0; l < shape.Layers; l++)
        {
            string name = FormattableString.Invariant($"encoder.layer.{l}.");
            foreach (string part in (string[])["query", "key", "value"])
                Linear(name + "attention.self." + part, d, d);
            Linear(name + "attention.output.dense", d, d);
            Norm(name + "attention.output.LayerNorm");
            Linear(name + "intermediate.dense", shape.Intermediate, d);
            Linear(name + "output.dense", d, shape.Intermediate);
            Norm(name + "output.LayerNorm");
        }
        return weights;
    }
}
