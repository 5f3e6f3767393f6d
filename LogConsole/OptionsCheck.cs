using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace LogConsole;

/// <summary>Finds every fault of one section instead of the first: unreadable values are set aside before the rest is bound and validated.</summary>
internal sealed class OptionsCheck<T>(IConfigurationSection section, IEnumerable<IValidateOptions<T>> validators) : IOptionsCheck
    where T : class, new()
{
    public string Section => section.Path;

    public IEnumerable<string> Faults()
    {
        var faults = new List<string>();
        var unreadable = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        CheckKeys(section, typeof(T), faults, unreadable);

        var readable = new ConfigurationBuilder()
            .AddInMemoryCollection(section.AsEnumerable().Where(pair => !unreadable.Contains(pair.Key)))
            .Build();
        var options = readable.GetSection(section.Path).Get<T>() ?? new T();
        CheckAnnotations(section.Path, options, faults);
        foreach (var validator in validators)
        {
            faults.AddRange(validator.Validate(Options.DefaultName, options).Failures ?? []);
        }

        return faults;
    }

    /// <summary>Every key must have a property and every value must be readable as its type.</summary>
    private static void CheckKeys(IConfigurationSection at, Type type, List<string> faults, HashSet<string> unreadable)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (ElementType(type) is { } element)
        {
            foreach (var child in at.GetChildren())
            {
                CheckKeys(child, element, faults, unreadable);
            }
        }
        else if (IsScalar(type))
        {
            CheckValue(at, type, faults, unreadable);
        }
        else
        {
            var properties = Settable(type).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
            foreach (var child in at.GetChildren())
            {
                if (properties.TryGetValue(child.Key, out var property))
                {
                    CheckKeys(child, property.PropertyType, faults, unreadable);
                }
                else
                {
                    faults.Add($"{child.Path}: there is no such setting; did you mean {at.Path}:{NearestName.Of(child.Key, properties.Keys)}?");
                }
            }
        }
    }

    private static void CheckValue(IConfigurationSection at, Type type, List<string> faults, HashSet<string> unreadable)
    {
        if (at.GetChildren().Any())
        {
            faults.Add($"{at.Path}: must be a single value, not a section.");
        }

        try
        {
            if (at.Value is { } value)
            {
                _ = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value);
            }
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            unreadable.Add(at.Path);
            faults.Add($"{at.Path}: '{at.Value}' is not {Describe(type)}.");
        }
    }

    private static void CheckAnnotations(string path, object options, List<string> faults)
    {
        foreach (var property in Settable(options.GetType()))
        {
            var key = $"{path}:{property.Name}";
            var value = property.GetValue(options);
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>(inherit: true))
            {
                var context = new ValidationContext(options) { MemberName = property.Name, DisplayName = key };
                if (rule.GetValidationResult(value, context) is { } fault)
                {
                    var message = OpenEnded(rule, key) ?? fault.ErrorMessage!;
                    faults.Add(value is null or "" ? message : $"{message} It is {value}.");
                }
            }

            CheckNested(key, value, faults);
        }
    }

    // A limit nobody can reach is none.
    private static string? OpenEnded(ValidationAttribute rule, string key) =>
        rule is RangeAttribute { Minimum: double least, Maximum: double and >= long.MaxValue } ? $"The field {key} must be at least {least:0.#}." : null;

    private static void CheckNested(string key, object? value, List<string> faults)
    {
        if (value is null || IsScalar(value.GetType()))
        {
            return;
        }

        if (value is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
            {
                CheckNested($"{key}:{entry.Key}", entry.Value, faults);
            }
        }
        else if (value is IEnumerable list)
        {
            var index = 0;
            foreach (var item in list)
            {
                CheckNested($"{key}:{index++}", item, faults);
            }
        }
        else
        {
            CheckAnnotations(key, value, faults);
        }
    }

    private static IEnumerable<PropertyInfo> Settable(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanRead && property.GetIndexParameters().Length == 0
            && (property.SetMethod is { IsPublic: true } || ElementType(property.PropertyType) is not null));

    private static bool IsScalar(Type type) => TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    /// <summary>What a list or a dictionary holds; null for anything else.</summary>
    private static Type? ElementType(Type type)
    {
        if (type == typeof(string))
        {
            return null;
        }

        if (type.IsArray)
        {
            return type.GetElementType();
        }

        return type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[^1] : null;
    }

    private static string Describe(Type type) => type switch
    {
        _ when type.IsEnum => "one of " + string.Join(", ", Enum.GetNames(type)),
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a duration (write 00:00:30 for thirty seconds, 7.00:00:00 for seven days)",
        _ when type == typeof(int) || type == typeof(long) || type == typeof(short) || type == typeof(byte) => "a whole number in range",
        _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "a number",
        _ => $"a {type.Name}",
    };
}
