using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace HybridRec.MLNet.Hosting;

/// <summary>
/// The readers of saved states, by kind. An assembly registers its kinds in a module initializer; the saved state names its assembly, so
/// that a model loads in a process that has not touched it yet.
/// </summary>
internal static class StateReaders
{
    private static readonly ConcurrentDictionary<string, (int Version, StateReader Reader)> s_readers = new(StringComparer.Ordinal);

    /// <summary>Registers a kind. Registering one twice replaces it.</summary>
    /// <param name="kind">Name of the format, unique within the library.</param>
    /// <param name="version">The newest version the reader understands, from 1.</param>
    /// <param name="reader">Makes the transformer.</param>
    public static void Register(string kind, int version, StateReader reader)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentNullException.ThrowIfNull(reader);
        s_readers[kind] = (version, reader);
    }

    /// <summary>The reader of a state.</summary>
    /// <exception cref="InvalidDataException">The kind or its version is unknown to this version of the library, or its
    /// assembly is missing.</exception>
    public static StateReader Find(ModelState state)
    {
        if (!s_readers.TryGetValue(state.Kind, out (int Version, StateReader Reader) found))
        {
            RunInitializers(state.Kind, state.Owner);
            if (!s_readers.TryGetValue(state.Kind, out found))
                throw new InvalidDataException(
                    $"The model has a state of kind '{state.Kind}' of assembly '{state.Owner}', which this version of the library does " +
                    $"not know. Known are: {string.Join(", ", s_readers.Keys.Order(StringComparer.Ordinal))}. Load it with the version " +
                    "that saved it or a newer one.");
        }
        if (state.Version < 1 || state.Version > found.Version)
            throw new InvalidDataException(
                $"The state of kind '{state.Kind}' has version {state.Version}; this version of the library reads 1 to {found.Version}. " +
                $"Update {state.Owner}, or save the model again.");
        return found.Reader;
    }

    /// <summary>Runs the module initializer of an assembly of the house, which registers what it can read.</summary>
    /// <exception cref="InvalidDataException">It is no assembly of the house, or is not there.</exception>
    internal static void RunInitializers(string kind, string owner)
    {
        if (!owner.StartsWith(ModelState.OwnerPrefix, StringComparison.Ordinal)
            || !owner.All(c => char.IsAsciiLetterOrDigit(c) || c == '.'))
            throw new InvalidDataException($"The state of kind '{kind}' names the assembly '{owner}'; only those whose name starts with " +
                $"{ModelState.OwnerPrefix} are loaded.");
        try
        {
            RuntimeHelpers.RunModuleConstructor(Assembly.Load(new AssemblyName(owner)).ManifestModule.ModuleHandle);
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            throw new InvalidDataException(
                $"The state of kind '{kind}' needs the assembly '{owner}', which cannot be loaded: {exception.Message} Reference its " +
                "package.",
                exception);
        }
    }
}
