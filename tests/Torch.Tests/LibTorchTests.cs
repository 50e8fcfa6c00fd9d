using TorchSharp;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class LibTorchTests
{
    [Fact]
    public void Require_Cpu_LoadsTheLibrary()
    {
        LibTorch.Require();
        using var sum = torch.ones(3).sum();
        Assert.Equal(3, sum.item<float>());
    }

    [Fact]
    public void Require_CudaWithoutADevice_SaysWhatToInstall()
    {
        LibTorch.Require();
        if (torch.cuda.is_available())
            LibTorch.Require(TorchDevice.Cuda);
        else
            Assert.Contains(
                "libtorch-cuda-12.8-linux-x64", Assert.Throws<InvalidOperationException>(() => LibTorch.Require(TorchDevice.Cuda)).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SystemLibraryTooOld_NamesItAndTheRepair()
    {
        string message = Assert.Throws<InvalidOperationException>(() => LibTorch.Load(
            () => throw new NotSupportedException("the libtorch-cpu package is not found"),
            () => "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by libtorch_cpu.so)")).Message;
        Assert.Contains("GLIBCXX_3.4.32", message, StringComparison.Ordinal);
        Assert.Contains("eng/install-libstdcxx.sh", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LibraryMissing_NamesThePackage()
    {
        string message = Assert.Throws<InvalidOperationException>(() => LibTorch.Load(
            () => throw new DllNotFoundException("LibTorchSharp"), () => null)).Message;
        Assert.Contains("libtorch-cpu-", message, StringComparison.Ordinal);
        Assert.Contains("LibTorchSharp", message, StringComparison.Ordinal);
    }
}
