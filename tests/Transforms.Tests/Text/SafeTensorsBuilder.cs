using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>Puts safetensors files together by hand, so that the reader is tested against the format and not against the writer.</summary>
internal static class SafeTensorsBuilder
{
    public static byte[] File(params (string Name, string Type, string Shape, byte[] Data)[] tensors)
    {
        int at = 0;
        string header = "{" + string.Join(',', tensors.Select(t =>
        {
            int begin = at;
            at += t.Data.Length;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"\"{t.Name}\":{{\"dtype\":\"{t.Type}\",\"shape\":{t.Shape},\"data_offsets\":[{begin},{at}]}}");
        })) + "}";
        return WithHeader(header, [.. tensors.SelectMany(t => t.Data)]);
    }

    public static byte[] WithHeader(string header, byte[] payload) => WithHeader(Encoding.UTF8.GetBytes(header), payload);

    public static byte[] WithHeader(byte[] header, byte[] payload)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. payload];
    }
}
