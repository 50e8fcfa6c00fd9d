namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>The scalars of one Adam update (Kingma and Ba 2015; decoupled decay: Loshchilov and Hutter 2019).</summary>
internal readonly record struct AdamStep
{
    /// <summary>The defaults below, with a learning rate and step number still to be given.</summary>
    public AdamStep()
    {
    }

    /// <summary>Step size. <value>The default is 0.001.</value></summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Decay of the first moment, in [0, 1). <value>The default is 0.9.</value></summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the second moment, in [0, 1). <value>The default is 0.999.</value></summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the root of the second moment. <value>The default is 1e-8.</value></summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Number of this update, counted from 1; corrects the bias of the moments. <value>The default is 1.</value></summary>
    public int StepNumber { get; init; } = 1;

    /// <summary>
    /// Strength of L2 regularization, lambda. Classic: lambda * parameter joins the gradient (the gradient of lambda/2 times the
    /// squared norm). Decoupled (AdamW): the parameter shrinks by LearningRate * lambda * parameter. <value>The default is 0.</value>
    /// </summary>
    public float L2 { get; init; }

    /// <summary>Whether <see cref="L2"/> is decoupled from the moments. <value>The default is false: classic.</value></summary>
    public bool Decoupled { get; init; }
}
