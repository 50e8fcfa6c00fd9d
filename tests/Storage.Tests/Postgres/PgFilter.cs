using System.Linq.Expressions;
using System.Reflection;
using Npgsql;

namespace HybridRec.MLNet.Tests.Storage.Postgres;

/// <summary>
/// Conditions on a record as SQL: comparisons of properties with values, lists that contain a value, values in a list, and, or,
/// not. Anything else is refused.
/// </summary>
internal sealed class PgFilter(IReadOnlyDictionary<string, PgColumn> columns, NpgsqlParameterCollection parameters)
{
    public string Sql(LambdaExpression filter) => Sql(filter.Body, filter.Parameters[0]);

    private string Sql(Expression expression, ParameterExpression record) => expression switch
    {
        BinaryExpression { NodeType: ExpressionType.AndAlso } both => $"({Sql(both.Left, record)} AND {Sql(both.Right, record)})",
        BinaryExpression { NodeType: ExpressionType.OrElse } either => $"({Sql(either.Left, record)} OR {Sql(either.Right, record)})",
        UnaryExpression { NodeType: ExpressionType.Not } not => $"(NOT {Sql(not.Operand, record)})",
        BinaryExpression comparison => $"{Operand(comparison.Left, record)} {Comparison(comparison)} {Operand(comparison.Right, record)}",
        MethodCallExpression { Method.Name: "Contains" } contains => Contains(contains, record),
        _ => throw Refusal(expression),
    };

    private string Contains(MethodCallExpression call, ParameterExpression record)
    {
        var (list, value) = call.Object is { } instance ? (instance, call.Arguments[0]) : (call.Arguments[0], call.Arguments[1]);
        return $"{Operand(value, record)} = ANY({Operand(list, record)})";
    }

    private string Operand(Expression expression, ParameterExpression record)
    {
        if (expression is UnaryExpression { NodeType: ExpressionType.Convert } convert)
            return Operand(convert.Operand, record);
        if (expression is MemberExpression member && member.Expression == record)
            return columns.TryGetValue(member.Member.Name, out PgColumn? column) ? column.Name : throw Refusal(expression);
        parameters.Add(new NpgsqlParameter { Value = Value(expression) ?? DBNull.Value });
        return $"${parameters.Count}";
    }

    // What a lambda captures is a field of an object that the compiler made; an array whose Contains is asked for may have become a span.
    private static object? Value(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        MethodCallExpression { Method.Name: "op_Implicit" } conversion => Value(conversion.Arguments[0]),
        MemberExpression { Member: FieldInfo field } member => field.GetValue(member.Expression is null ? null : Value(member.Expression)),
        MemberExpression { Member: PropertyInfo property } member =>
            property.GetValue(member.Expression is null ? null : Value(member.Expression)),
        _ => throw Refusal(expression),
    };

    private static string Comparison(BinaryExpression comparison) => comparison.NodeType switch
    {
        ExpressionType.Equal => "=",
        ExpressionType.NotEqual => "<>",
        ExpressionType.LessThan => "<",
        ExpressionType.LessThanOrEqual => "<=",
        ExpressionType.GreaterThan => ">",
        ExpressionType.GreaterThanOrEqual => ">=",
        _ => throw Refusal(comparison),
    };

    private static NotSupportedException Refusal(Expression expression) =>
        new($"This connector does not translate '{expression}': comparisons of properties with values, Contains, and, or and not are " +
            "allowed.");
}
