namespace LogConsole.Storage;

/// <summary>
/// Who this instance is, across restarts: kept in <c>instance.id</c> in the data directory, under whose lock nobody else uses it.
/// Read, or made, when first asked for, which must be after the directory was claimed. Thread-safe.
/// </summary>
public sealed class InstanceIdentity
{
    private readonly Lazy<Guid> _id;

    /// <summary>An identity that is known.</summary>
    public InstanceIdentity(Guid id) => _id = new Lazy<Guid>(id);

    /// <summary>The identity kept in a directory.</summary>
    public InstanceIdentity(DataDirectory directory) => _id = new Lazy<Guid>(() => LoadOrCreate(directory.Path));

    /// <summary>Random, made at the first start. Throws what the file system throws.</summary>
    public Guid Id => _id.Value;

    private static Guid LoadOrCreate(string directory)
    {
        var path = Path.Combine(directory, "instance.id");
        if (File.Exists(path) && Guid.TryParse(File.ReadAllText(path).Trim(), out var known))
        {
            return known;
        }

        var fresh = Guid.NewGuid();
        var draft = path + ".new";
        File.WriteAllText(draft, fresh.ToString());
        File.Move(draft, path, overwrite: true);
        return fresh;
    }
}
