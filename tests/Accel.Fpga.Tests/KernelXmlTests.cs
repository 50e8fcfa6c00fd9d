using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace HybridRec.MLNet.Accel.Tests.Fpga;

/// <summary>The description of the kernels for the vendor's flow says what the driver does and what the RTL has.</summary>
public sealed partial class KernelXmlTests
{
    private const int Lanes = 16;
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Fpga", "Kernels");

    public static TheoryData<string> Kernels => ["hr_agg_kernel", "hr_sample_kernel"];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Arguments_Offsets_AreThoseOfTheDriver(string kernel)
    {
        XElement root = Load(kernel);
        XElement[] arguments = [.. root.Descendants("arg")];
        Assert.Equal([0, 1, 2, 3, 4, 5], arguments.Select(argument => (int)argument.Attribute("id")!));
        Assert.All(arguments, argument =>
        {
            Assert.Equal(KernelRegisters.Argument((int)argument.Attribute("id")!), Hex(argument, "offset"));
            Assert.Equal(8, Hex(argument, "size"));
            Assert.Contains((string)argument.Attribute("port")!, root.Descendants("port").Select(port => (string)port.Attribute("name")!));
        });
        // The driver writes the first two as values, the others as addresses.
        Assert.Equal(["0", "0", "1", "1", "1", "1"], arguments.Select(argument => (string)argument.Attribute("addressQualifier")!));
        Assert.Equal("ap_ctrl_hs", (string)root.Descendants("kernel").Single().Attribute("hwControlProtocol")!);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Ports_Widths_AreThoseOfTheRtl(string kernel)
    {
        string rtl = File.ReadAllText(Path.Combine(s_folder, kernel + ".sv"));
        XElement[] ports = [.. Load(kernel).Descendants("port")];
        Assert.Equal(
            AddressSignal().Matches(rtl).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal),
            ports.Select(port => (string)port.Attribute("name")!).Order(StringComparer.Ordinal));
        foreach (XElement port in ports)
        {
            string name = (string)port.Attribute("name")!;
            Match data = Regex.Match(rtl, $@"logic \[([^\]:]+):0\]\s+{name}_[rw]data");
            Assert.True(data.Success, name);
            string high = data.Groups[1].Value.Trim();
            int bits = high == "LANES*8-1" ? Lanes * 8 : int.Parse(high, CultureInfo.InvariantCulture) + 1;
            Assert.Equal(bits, (int)port.Attribute("dataWidth")!);
        }

        XElement control = ports.Single(port => (string)port.Attribute("mode")! == "slave");
        Assert.InRange(KernelRegisters.Shape, 0, Hex(control, "range") - 4);
    }

    [GeneratedRegex(@"\s(\w+)_a[rw]addr\b")]
    private static partial Regex AddressSignal();

    private static XElement Load(string kernel) => XDocument.Load(Path.Combine(s_folder, kernel + ".xml")).Root!;

    private static int Hex(XElement element, string name) => Convert.ToInt32((string)element.Attribute(name)!, 16);
}
