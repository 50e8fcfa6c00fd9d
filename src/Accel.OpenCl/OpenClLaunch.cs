namespace HybridRec.MLNet.Accel;

/// <summary>A kernel with its arguments, set in order.</summary>
internal unsafe ref struct OpenClLaunch(OpenClSession session, string kernel)
{
    private readonly nint _kernel = session.Kernel(kernel);
    private uint _next;

    public void Add(OpenClBuffer buffer) => Add(buffer.Handle);

    public void Add<T>(T value)
        where T : unmanaged => session.Check(
            session.Api.SetKernelArg(_kernel, _next++, (nuint)sizeof(T), &value), $"taking argument {_next - 1} of '{kernel}'");

    /// <summary>Starts it.</summary>
    /// <param name="items">Work items.</param>
    /// <param name="after">An event to wait for; 0 for none.</param>
    /// <param name="done">Receives the event of its end.</param>
    public readonly void Start(int items, nint after, nint* done)
    {
        nuint global = (nuint)items;
        session.Check(session.Api.EnqueueKernel(
            session.Compute, _kernel, 1, null, &global, null, after == 0 ? 0u : 1, after == 0 ? null : &after,
            done), $"starting '{kernel}'");
    }
}
