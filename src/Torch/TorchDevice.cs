namespace HybridRec.MLNet;

/// <summary>Where TorchSharp computes.</summary>
public enum TorchDevice
{
    /// <summary>The processor. Native package: libtorch-cpu, or libtorch-cpu-linux-x64 and its siblings for one platform.</summary>
    Cpu,

    /// <summary>
    /// The first CUDA device. Native package: libtorch-cuda-12.8-linux-x64 or libtorch-cuda-12.8-win-x64, and a driver that has CUDA 12.8.
    /// </summary>
    Cuda,
}
