using System.Globalization;
using System.Text;

namespace LogConsole.Components.Overview;

/// <summary>Turns a series into an SVG path; pure.</summary>
internal static class Sparkline
{
    public const int Width = 120;
    public const int Height = 24;
    private const double Margin = 1.5;

    /// <summary>
    /// Straight lines from point to point, from zero up to the highest value; unknown points leave a gap, and a point between two gaps is drawn as a dot.
    /// Empty when nothing is known.
    /// </summary>
    public static string Path(IReadOnlyList<double?> points)
    {
        var known = points.OfType<double>().ToList();
        if (known.Count == 0 || points.Count < 2)
        {
            return "";
        }

        var low = Math.Min(0, known.Min());
        var span = known.Max() - low;
        var path = new StringBuilder();
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i] is not { } value)
            {
                continue;
            }

            var x = i * (double)Width / (points.Count - 1);
            var y = Height - Margin - (span == 0 ? 0 : (value - low) / span * (Height - (2 * Margin)));
            var starts = i == 0 || points[i - 1] is null;
            path.Append(CultureInfo.InvariantCulture, $"{(starts ? 'M' : 'L')}{x:0.#} {y:0.#}");
            if (starts && (i == points.Count - 1 || points[i + 1] is null))
            {
                path.Append("h0.1");
            }
        }

        return path.ToString();
    }
}
