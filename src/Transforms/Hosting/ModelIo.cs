extern alias mlcore;

using System.Globalization;
using System.Runtime.CompilerServices;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Core = mlcore::Microsoft.ML;

[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: Core.LoadableClass(typeof(ITransformer), typeof(ModelIo), null, typeof(Core.SignatureLoadModel), "", ModelIo.LoaderSignature)]

namespace HybridRec.MLNet.Hosting;

/// <summary>
/// The one seam to ML.NET's internals: makes <c>ml.Model.Save</c> and <c>ml.Model.Load</c> work for our transformers as for built-in ones.
/// </summary>
/// <remarks>
/// ML.NET finds this loader by the attribute above in the assembly that a saved model names, and loads that assembly itself, so that users
/// register nothing. The internal members used are compiled against the stub in <c>src/Contract</c>; a test compares it with the real
/// assembly. Only the simple assembly name is saved: with a full one, a model of a newer library could not
/// even be looked at by an older one.
/// </remarks>
internal static class ModelIo
{
    internal const string LoaderSignature = "HybridRecTransformer";
    private const string StateEntry = "State.bin";

    /// <summary>Registers the reader of a kind; call it in a module initializer of the assembly that has the transformer.</summary>
    /// <inheritdoc cref="StateReaders.Register"/>
    public static void Register(string kind, int version, StateReader reader) => StateReaders.Register(kind, version, reader);

    /// <summary>Saves a transformer and its sub-models. The state is complete in memory before the first byte is written.</summary>
    public static void Save(ModelSaveContext context, RowTransformer transformer)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var payload = new MemoryStream();
        using (var writer = new BinaryWriter(payload, System.Text.Encoding.UTF8, leaveOpen: true))
            transformer.WriteState(writer);
        string owner = transformer.GetType().Assembly.GetName().Name!;
        IReadOnlyList<ITransformer> children = transformer.Children;
        var state = new ModelState(
            transformer.Kind, owner, transformer.StateVersion, children.Count, payload.GetBuffer().AsMemory(0, (int)payload.Length));

        var core = (Core.ModelSaveContext)(object)context; // one type at run time
        core.CheckAtModel();
        core.SetVersionInfo(Version());
        core.SaveBinaryStream(StateEntry, state.Write);
        for (int i = 0; i < children.Count; i++)
            core.SaveModel(children[i], ChildEntry(i));
    }

    /// <summary>Whether the context a host belongs to was canceled, as AutoML does at its time limit.</summary>
    public static bool IsCancelled(IHostEnvironment host) => host is Core.Runtime.ICancelable { IsCanceled: true };

    // Found by name and signature by ML.NET's component catalog.
    internal static ITransformer Create(IHostEnvironment env, Core.ModelLoadContext context)
    {
        context.CheckAtModel(Version());
        ModelState? state = null;
        if (!context.TryLoadBinaryStream(StateEntry, reader => state = ModelState.Read(reader)) || state is null)
            throw new InvalidDataException($"The model has no entry '{StateEntry}': the file is damaged. Save the model again.");
        StateReader read = StateReaders.Find(state);
        var children = new ITransformer[state.Children];
        for (int i = 0; i < children.Length; i++)
            context.LoadModel<ITransformer, Core.SignatureLoadModel>((Core.Runtime.IHostEnvironment)env, out children[i], ChildEntry(i));
        return Read(env, state, read, children);
    }

    private static ITransformer Read(IHostEnvironment env, ModelState state, StateReader read, ITransformer[] children)
    {
        using var payload = new MemoryStream(state.Payload.ToArray(), writable: false);
        using var reader = new BinaryReader(payload);
        ITransformer transformer;
        try
        {
            transformer = read(env, state.Version, reader, children);
        }
        catch (Exception exception) when (exception is EndOfStreamException or ArgumentException or FormatException or OverflowException
            or IndexOutOfRangeException)
        {
            throw new InvalidDataException(
                $"The state of kind '{state.Kind}', version {state.Version}, cannot be read: {exception.Message}", exception);
        }
        if (payload.Position != payload.Length)
            throw new InvalidDataException(
                $"The state of kind '{state.Kind}', version {state.Version}, has {payload.Length} bytes, of which " +
                $"{payload.Length - payload.Position} were left over. The file is damaged; save the model again.");
        return transformer;
    }

    private static string ChildEntry(int index) => "Child_" + index.ToString("D3", CultureInfo.InvariantCulture);

    private static Core.VersionInfo Version() => new(
        modelSignature: "HYBRIDRC",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(ModelIo).Assembly.GetName().Name!,
        loaderSignature: LoaderSignature);
}
