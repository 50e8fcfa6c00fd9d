using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Tests.Hosting;

/// <summary>The persistence seam is compiled against a stub; these tests hold it against the real assembly.</summary>
public sealed class SeamTests
{
    // One version for the stub (src/Contract); the real assembly has a higher one.
    private static readonly Version s_stubVersion = new(0, 0, 0, 1);

    [Fact]
    public void Contract_members_exist_in_the_real_assembly()
    {
        Module module = typeof(ModelIo).Module;
        string[] resolved = [.. Members().Select(token => Describe(module.ResolveMember(token)!))];
        Assert.All(resolved, member => Assert.StartsWith("Microsoft.ML.Core/", member, StringComparison.Ordinal));
        string[] expected =
        [
            "Microsoft.ML.Core/ICancelable.get_IsCanceled",
            "Microsoft.ML.Core/LoadableClassAttribute..ctor",
            "Microsoft.ML.Core/ModelLoadContext.CheckAtModel",
            "Microsoft.ML.Core/ModelLoadContext.LoadModel",
            "Microsoft.ML.Core/ModelLoadContext.TryLoadBinaryStream",
            "Microsoft.ML.Core/ModelSaveContext.CheckAtModel",
            "Microsoft.ML.Core/ModelSaveContext.SaveBinaryStream",
            "Microsoft.ML.Core/ModelSaveContext.SaveModel",
            "Microsoft.ML.Core/ModelSaveContext.SetVersionInfo",
            "Microsoft.ML.Core/VersionInfo..ctor",
        ];
        Assert.Equal(expected, resolved.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Contract_stub_is_never_loaded()
    {
        string[] loaded = [.. AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Version == s_stubVersion)
            .Select(assembly => assembly.FullName!)];
        Assert.Empty(loaded);
        Assert.NotEqual(s_stubVersion, typeof(IHostEnvironment).Assembly.GetName().Version);
    }

    [Fact]
    public void IsCancelled_ContextCancelled_IsSeenByHosts()
    {
        var ml = new MLContext();
        IHost host = ((IHostEnvironment)ml).Register("test");
        Assert.False(ModelIo.IsCancelled(host));
        Cancellation.ThrowIfRequested(host, CancellationToken.None);
        typeof(MLContext).GetMethod(
            "CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!.Invoke(ml, null);
        Assert.True(ModelIo.IsCancelled(host));
        Assert.Throws<OperationCanceledException>(() => Cancellation.ThrowIfRequested(host, CancellationToken.None));
    }

    // The members our assembly refers to in the stub: resolving them at run time means finding them, signature
    // and all, in the real assembly.
    private static List<int> Members()
    {
        using var pe = new PEReader(File.OpenRead(typeof(ModelIo).Assembly.Location));
        MetadataReader metadata = pe.GetMetadataReader();
        return [.. metadata.MemberReferences.Where(handle => IsOfStub(metadata, metadata.GetMemberReference(handle).Parent))
            .Select(handle => MetadataTokens.GetToken(handle))];
    }

    private static bool IsOfStub(MetadataReader metadata, EntityHandle parent) =>
        parent.Kind == HandleKind.TypeReference
        && metadata.GetTypeReference((TypeReferenceHandle)parent).ResolutionScope is { Kind: HandleKind.AssemblyReference } scope
        && metadata.GetAssemblyReference((AssemblyReferenceHandle)scope) is var assembly
        && metadata.GetString(assembly.Name) == "Microsoft.ML.Core"
        && assembly.Version == s_stubVersion;

    private static string Describe(MemberInfo member) =>
        $"{member.Module.Assembly.GetName().Name}/{member.DeclaringType!.Name}.{member.Name}";
}
