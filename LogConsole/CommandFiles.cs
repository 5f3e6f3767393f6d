namespace LogConsole;

/// <summary>The files commands read and write; what is wrong with a path is one sentence.</summary>
internal static class CommandFiles
{
    /// <summary>The name of standard input and output.</summary>
    public const string StandardStream = "-";

    /// <summary>Refuses to write over the file that is read.</summary>
    public static void RequireDifferent(string input, string output)
    {
        if (input != StandardStream && output != StandardStream && Path.GetFullPath(input) == Path.GetFullPath(output))
        {
            throw new StartupException(ExitCodes.Configuration, $"FILE and --out are the same file: '{input}'.");
        }
    }

    /// <summary>Opens a file, or standard input, unbuffered.</summary>
    public static Stream OpenInput(string path)
    {
        if (path == StandardStream)
        {
            return Console.OpenStandardInput();
        }

        try
        {
            // No buffer: the reader brings its own.
            return new FileStream(path, new FileStreamOptions
            {
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
                Options = FileOptions.SequentialScan,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException(ExitCodes.Directory, $"Cannot read '{path}': {ReasonOf(e, path)}.");
        }
    }

    /// <summary>Opens a file to be written, without emptying it: a mistaken path costs nothing, a failed run leaves the old file.</summary>
    public static Stream OpenOutput(string path)
    {
        if (path == StandardStream)
        {
            return Console.OpenStandardOutput();
        }

        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException(ExitCodes.Directory, $"Cannot write '{path}': {ReasonOf(e, path)}.");
        }
    }

    /// <summary>Empties an opened output that is about to be written.</summary>
    public static void Empty(Stream output)
    {
        // Devices and pipes have no length to reset.
        if (output is FileStream { CanSeek: true, Length: > 0 } previous)
        {
            previous.SetLength(0);
        }
    }

    private static string ReasonOf(Exception e, string path) => e switch
    {
        FileNotFoundException => "there is no such file",
        DirectoryNotFoundException => "its folder does not exist",
        UnauthorizedAccessException when Directory.Exists(path) => "it is a folder",
        UnauthorizedAccessException => "permission is denied",
        _ => e.Message,
    };
}
