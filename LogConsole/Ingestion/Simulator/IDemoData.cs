namespace LogConsole.Ingestion.Simulator;

/// <summary>What the rooms that store records tell the simulator of them, and do for it.</summary>
public interface IDemoData
{
    /// <summary>Services of the demo stream are stored.</summary>
    bool HasDemo { get; }

    /// <summary>A record from anywhere else is or was stored.</summary>
    bool HasReal { get; }

    /// <summary>Asks the database whether a record from anywhere else is or was stored. Throws what the database throws.</summary>
    Task<bool> ReadHasRealAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Removes everything that came from the demo stream, which must not be streaming. Throws what the database throws; then some may be left,
    /// and calling again goes on.
    /// </summary>
    Task ClearAsync(CancellationToken cancellationToken);
}

/// <summary>A room's part of <see cref="IDemoData.ClearAsync"/>: removes its own rows that came from the demo stream.</summary>
public interface IDemoDataOwner
{
    /// <summary>Ascending: what refers to others before what it refers to.</summary>
    int Order { get; }

    /// <summary>
    /// True for small tables that in-memory state mirrors: they are emptied between two batches, before that state is loaded anew.
    /// False for large ones, which are emptied in bounded steps while ingest goes on.
    /// </summary>
    bool BetweenBatches { get; }

    /// <summary>Removes all rows of the given services. Throws what the database throws; calling again goes on.</summary>
    /// <param name="serviceIds">The ids of the demo stream's services.</param>
    Task RemoveAsync(IReadOnlyList<int> serviceIds, CancellationToken cancellationToken);
}

/// <summary>Finds the templates that messages have been given.</summary>
public interface IDemoTemplates
{
    /// <summary>The ids of the demo service's templates that cover a message, ascending; empty when none is known yet.</summary>
    IReadOnlyList<int> Find(string service, string message);
}

/// <summary>A source of records beside the simulator. The demo stream does not start by itself where one is configured.</summary>
public interface IConfiguredSource
{
    /// <summary>Settings name something to read from.</summary>
    bool IsConfigured { get; }
}
