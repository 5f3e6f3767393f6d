using LogConsole.Live;

namespace LogConsole.Tests.Live;

public sealed class CountedTailTests
{
    [Fact]
    public void Read_NothingMissed_GivesEveryValueOnceAndCountsNothing()
    {
        var tail = new CountedTail<int>(10);
        var start = tail.End;
        tail.Append([1, 2], matched: 2);
        tail.Append([3], matched: 1);

        var first = tail.Read(start);
        tail.Append([4], matched: 1);
        var second = tail.Read(first.Position);

        Assert.Equal([1, 2, 3], first.Chunks.SelectMany(chunk => chunk.Items));
        Assert.Equal([4], second.Chunks.SelectMany(chunk => chunk.Items));
        Assert.Equal((0, 0, 0, 0), (first.Gap, first.Skipped, second.Gap, second.Skipped));
        Assert.Empty(tail.Read(second.Position).Chunks);
    }

    [Fact]
    public void Read_ValuesLeftOut_AreSkippedNotMissing_AlsoWhenNoneWasKept()
    {
        var tail = new CountedTail<int>(10);
        var start = tail.End;
        tail.Append([], matched: 5);

        var nothing = tail.Read(start);
        tail.Append([1], matched: 4);
        var one = tail.Read(nothing.Position);
        var both = tail.Read(start);

        Assert.Equal((0, 5), (nothing.Gap, nothing.Skipped));
        Assert.Equal((0, 3), (one.Gap, one.Skipped));
        Assert.Equal((0, 8), (both.Gap, both.Skipped));
    }

    [Fact]
    public void Read_ReaderWasAway_LearnsHowManyAreGone()
    {
        var tail = new CountedTail<int>(4);
        var start = tail.End;
        for (var i = 0; i < 10; i++)
        {
            tail.Append([i], matched: 3);
        }

        var read = tail.Read(start);

        Assert.Equal([6, 7, 8, 9], read.Chunks.SelectMany(chunk => chunk.Items));
        Assert.Equal((18, 8), (read.Gap, read.Skipped));
        Assert.Equal(30, tail.CountSince(start));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_ByAnyReaderAtAnyTime_EveryValueIsGivenOrCounted(int seed)
    {
        var random = new Random(seed);
        var tail = new CountedTail<int>(50);
        var readers = Enumerable.Range(0, 5).Select(_ => (Position: tail.End, Seen: 0L)).ToArray();
        long matched = 0;
        for (var step = 0; step < 2_000; step++)
        {
            var came = random.Next(20);
            tail.Append(Enumerable.Range(0, random.Next(came + 1)).ToList(), came);
            matched += came;
            var who = random.Next(readers.Length);
            var read = tail.Read(readers[who].Position);
            Assert.True(read is { Gap: >= 0, Skipped: >= 0 });
            readers[who] = (read.Position, readers[who].Seen + read.Gap + read.Skipped + read.Chunks.Sum(chunk => chunk.Items.Count));
            Assert.Equal(matched, readers[who].Seen);
            Assert.InRange(tail.Kept, 0, 70);
        }
    }

    [Fact]
    public void Clear_ReadersStartAnew()
    {
        var tail = new CountedTail<int>(10);
        tail.Append([1, 2], matched: 2);
        var position = tail.End;
        tail.Clear();
        tail.Append([3], matched: 1);

        var read = tail.Read(position);

        Assert.True(read.IsReset);
        Assert.Equal([3], read.Chunks.SelectMany(chunk => chunk.Items));
        Assert.Equal((0, 0), (read.Gap, read.Skipped));
        Assert.False(tail.Read(read.Position).IsReset);
    }

    [Fact]
    public void Encoded_ManyReaders_IsMadeOnce()
    {
        var tail = new CountedTail<int>(10);
        var start = tail.End;
        tail.Append([1, 2], matched: 2);
        var made = 0;

        byte[] Encode(IReadOnlyList<int> items)
        {
            made++;
            return [(byte)items.Count];
        }

        var first = tail.Read(start).Chunks[0].Encoded(Encode);
        var second = tail.Read(start).Chunks[0].Encoded(Encode);

        Assert.Same(first, second);
        Assert.Equal(1, made);
    }
}
