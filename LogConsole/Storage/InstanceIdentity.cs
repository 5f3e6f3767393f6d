namespace LogConsole.Storage;

/// <summary>Who this instance is, across restarts: kept in <c>instance.id</c> in the data directory, under whose lock nobody else uses it.</summary>
/// <param name="Id">Random, made at the first start.</param>
public sealed record InstanceIdentity(Guid Id)
{
    /// <summary>Reads the identity, or makes it. Throws what the file system throws.</summary>
    public static InstanceIdentity LoadOrCreate(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "instance.id");
        if (File.Exists(path) && Guid.TryParse(File.ReadAllText(path).Trim(), out var known))
        {
            return new InstanceIdentity(known);
        }

        Directory.CreateDirectory(dataDirectory);
        var fresh = Guid.NewGuid();
        var draft = path + ".new";
        File.WriteAllText(draft, fresh.ToString());
        File.Move(draft, path, overwrite: true);
        return new InstanceIdentity(fresh);
    }
}
