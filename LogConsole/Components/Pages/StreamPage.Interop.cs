using System.Globalization;
using LogConsole.Components.Streaming;
using LogConsole.Logs;
using LogConsole.Overview;
using Microsoft.JSInterop;

namespace LogConsole.Components.Pages;

public sealed partial class StreamPage
{
    /// <summary>What the browser may ask for. Its words are checked: they come from outside.</summary>
    internal sealed class StreamInterop(StreamPage page)
    {
        [JSInvokable]
        public Task<PageFrame?> Older(string cursor) => LogCursor.TryParse(cursor, out var after)
            ? page.TryReadAsync(token => page._source.OlderAsync(page._query, after, token))
            : Task.FromResult<PageFrame?>(null);

        [JSInvokable]
        public Task<PageFrame?> Newer(string cursor) => LogCursor.TryParse(cursor, out var place)
            ? page.TryReadAsync(token => page._source.NewerAsync(page._query, place, token))
            : Task.FromResult<PageFrame?>(null);

        [JSInvokable]
        public Task<PageFrame?> Gap(string afterId, string? beforeId, string? cursor)
        {
            LogCursor? after = cursor is not null && LogCursor.TryParse(cursor, out var place) ? place : null;
            return Number(afterId) is { } low
                ? page.TryReadAsync(token => page._source.GapAsync(page._query, low, Number(beforeId), after, token))
                : Task.FromResult<PageFrame?>(null);
        }

        [JSInvokable]
        public void Hold(bool held) => page.Hold(held);

        [JSInvokable]
        public void Follow()
        {
            page._heldByList = true; // it follows already: no need to be told
            if (page.View.Paused)
            {
                page.View.TogglePause();
            }
        }

        [JSInvokable]
        public void Reload()
        {
            page._source.Forget();
            page._heldByList = page.View.Paused;
            page._lines?.Restart();
        }

        [JSInvokable]
        public void Open(string line)
        {
            if (LogCursor.TryParse(line, out var place))
            {
                page.Open(place);
            }
        }

        [JSInvokable]
        public void Close() => page.Close();

        [JSInvokable]
        public void Zoom(long from, long to)
        {
            const long max = 253_402_300_799_999;
            if (from >= 0 && to > from && to <= max)
            {
                page.View.Show(page.View.Current with
                {
                    Range = TimeRange.Between(DateTimeOffset.FromUnixTimeMilliseconds(from), DateTimeOffset.FromUnixTimeMilliseconds(to)),
                });
            }
        }

        private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
