using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using HybridRec.MLNet.Benchmarks.Kernels;

if (args is ["peak"])
{
    PeakShare.Print();
    return;
}

// In process: the kernels are internal to an assembly that names this one as a friend, not one that a toolchain would generate.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(
    args, DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
