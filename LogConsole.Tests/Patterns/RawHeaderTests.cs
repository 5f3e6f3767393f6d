using System.Text;
using LogConsole.Patterns;

namespace LogConsole.Tests.Patterns;

public sealed class RawHeaderTests
{
    [Theory]
    [InlineData("2026-11-20 10:15:30,123 INFO [main] org.example.Shop - order 17 placed", "order 17 placed")]
    [InlineData("2026-11-20T10:15:30.123Z  WARN 4711 --- [nio-8080-exec-1] o.e.shop.OrderController : slow answer", "slow answer")]
    [InlineData("2026-11-20 10:15:30,123 - ERROR [Worker[id=1]/0:0:0:0:0:0:0:0:2181:Pool@774] - queue full", "queue full")]
    [InlineData("261120 101530 148 INFO shop.Orders$Writer: order 17 written", "order 17 written")]
    [InlineData("[Fri Nov 20 10:15:30 2026] [error] client denied", "client denied")]
    [InlineData("11-20 10:15:30.123  1702  2395 D WindowPolicy: screen on", "screen on")]
    [InlineData("Nov 20 10:15:30 web-1 sshd(pam_unix)[4711]: session opened", "session opened")]
    [InlineData("<34>1 2026-11-20T10:15:30Z web-1 su: wrong password", "wrong password")]
    [InlineData("- 1763633730 2026.11.20 R02-M1 2026-11-20-10.15.30.675872 R02-M1 RAS KERNEL INFO 3 errors corrected", "3 errors corrected")]
    [InlineData("10:15:30 INFO boot: loading", "boot: loading")]
    [InlineData("2026-11-20 10:15:30 something happened", "something happened")]
    [InlineData("plain message, no header", "plain message, no header")]
    [InlineData("Error: 2026 problems", "Error: 2026 problems")]
    [InlineData("INFO but no time", "INFO but no time")]
    [InlineData("", "")]
    [InlineData("[", "[")]
    [InlineData("<34", "<34")]
    [InlineData("2026-11-20 10:15:30 INFO", "")]
    public void Length_Line_LeavesTheMessage(string line, string message)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        Assert.Equal(message, Encoding.UTF8.GetString(bytes.AsSpan(RawHeader.Length(bytes))));
    }

    [Fact]
    public void Length_AnyBytes_StaysWithinTheLine()
    {
        var random = new Random(20261120);
        var alphabet = "0123456789:-/.,[]<> TINFOabc|"u8.ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var line = new byte[random.Next(0, 80)];
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = alphabet[random.Next(alphabet.Length)];
            }

            Assert.InRange(RawHeader.Length(line), 0, line.Length);
        }
    }
}
