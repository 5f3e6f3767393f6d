using System.Text;
using LogConsole.Patterns.Masking;

namespace LogConsole.Tests.Patterns;

public sealed class TokenMaskerTests
{
    [Theory]
    // Numbers, with sign, separators and units
    [InlineData("42", "<*>")]
    [InlineData("-1", "<*>")]
    [InlineData("+3.5", "<*>")]
    [InlineData("1,024", "<*>")]
    [InlineData("12ms", "<*>")]
    [InlineData("95%", "<*>")]
    [InlineData("95%.", "<*>.")]
    [InlineData("3.5MB/s", "<*>")]
    [InlineData("(17)", "(<*>)")]
    [InlineData("12µs", "<*>")]
    [InlineData("1.2.3", "<*>")]
    // Addresses, with port
    [InlineData("10.0.0.7", "<*>")]
    [InlineData("10.0.0.7:8080", "<*>")]
    [InlineData("/10.0.0.7:8080", "/<*>")]
    [InlineData("src:/10.0.0.7:8080", "src:/<*>")]
    [InlineData("10.0.0.0/24", "<*>")]
    [InlineData("[10.0.0.7]", "[<*>]")]
    [InlineData("fe80::1ff:fe23:4567:890a", "<*>")]
    [InlineData("00:1a:2b:3c:4d:5e", "<*>")]
    // Hexadecimal, UUIDs, ids
    [InlineData("0x7fff5fbff", "<*>")]
    [InlineData("deadbeef01", "<*>")]
    [InlineData("6f1c2d3e-0a1b-4c5d-8e9f-a0b1c2d3e4f5", "<*>")]
    [InlineData("id:6f1c2d3e-0a1b-4c5d-8e9f-a0b1c2d3e4f5,", "id:<*>,")]
    [InlineData("blk_-1608999687919862906", "blk_<*>")]
    [InlineData("blk_1608999687919862906", "blk_<*>")]
    [InlineData("x1y2z3", "<*>")]
    [InlineData("worker-17", "worker-<*>")]
    [InlineData("sshd[4711]:", "sshd[<*>]:")]
    [InlineData("ada@example.org", "<*>")]
    // Time
    [InlineData("10:15:30.123", "<*>")]
    [InlineData("2026-11-20", "<*>")]
    [InlineData("2026-11-20T10:15:30.123Z", "<*>")]
    [InlineData("2026/11/20", "<*>")]
    // Paths and URLs
    [InlineData("/var/log/app.log", "<*>")]
    [InlineData("/var/log/app.log:12", "<*>")]
    [InlineData("/etc/fstab:", "<*>:")]
    [InlineData("https://example.org/a?b=1&c=2", "<*>")]
    [InlineData(@"C:\Users\ada\x.txt", "<*>")]
    [InlineData("src/net/http.c", "<*>")]
    // key=value
    [InlineData("user=root", "user=<*>")]
    [InlineData("ruser=", "ruser=<*>")]
    [InlineData("a=1,b=two", "a=<*>,b=<*>")]
    [InlineData("name=\"a,b\";", "name=<*>;")]
    // Lists in one token
    [InlineData("[1,2,3,4]", "[<*>]")]
    // What must stay
    [InlineData("started", "started")]
    [InlineData("I/O", "I/O")]
    [InlineData("read/write", "read/write")]
    [InlineData("/login", "/login")]
    [InlineData("a==b", "a==b")]
    [InlineData("x=>y", "x=>y")]
    [InlineData("...", "...")]
    [InlineData("org.example.Main", "org.example.Main")]
    [InlineData("std::vector", "std::vector")]
    [InlineData("<*>", "<*>")]
    // A name with a number keeps its letters
    [InlineData("ipv4", "ipv<*>")]
    [InlineData("cpu0:", "cpu<*>:")]
    [InlineData("i8042prt", "i<*>prt")]
    public void Mask_Token_ReplacesValuesOnly(string token, string expected) => Assert.Equal(expected, MiningHarness.Masked(token));

    [Theory]
    [InlineData("42", SlotKind.Number)]
    [InlineData("12ms", SlotKind.Number)]
    [InlineData("10.0.0.7:80", SlotKind.Address)]
    [InlineData("fe80::1", SlotKind.Address)]
    [InlineData("0xff", SlotKind.Hex)]
    [InlineData("6f1c2d3e-0a1b-4c5d-8e9f-a0b1c2d3e4f5", SlotKind.Uuid)]
    [InlineData("/var/log/x", SlotKind.Path)]
    [InlineData("10:15:30", SlotKind.Time)]
    [InlineData("2026-11-20T10:15:30Z", SlotKind.Time)]
    [InlineData("a1b2c3", SlotKind.Hex)]
    [InlineData("ada@example.org", SlotKind.Id)]
    [InlineData("user=root", SlotKind.Any)]
    public void Mask_WholeValue_KnowsItsKind(string token, SlotKind expected)
    {
        TokenMasker.Mask(Encoding.UTF8.GetBytes(token), TokenTraits.All, new byte[TokenMasker.MaxMaskedBytes], out var kind);
        Assert.Equal(expected, kind);
    }

    [Fact]
    public void Mask_AnyBytes_FitsTheBufferAndEnds()
    {
        var random = new Random(20261120);
        var alphabet = "=/\\@:.-_0123456789abcdefxT,;()[]{}<>\"'|&?#~%+ é"u8.ToArray();
        var output = new byte[TokenMasker.MaxMaskedBytes];
        for (var round = 0; round < 50_000; round++)
        {
            var token = new byte[random.Next(1, TokenMasker.MaxTokenBytes + 1)];
            for (var i = 0; i < token.Length; i++)
            {
                token[i] = round % 2 == 0 ? alphabet[random.Next(alphabet.Length)] : (byte)random.Next(256);
            }

            Assert.InRange(TokenMasker.Mask(token, TokenTraits.All, output, out _), 1, output.Length);
        }
    }
}
