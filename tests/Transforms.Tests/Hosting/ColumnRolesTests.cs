using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Tests.Hosting;

public sealed class ColumnRolesTests
{
    [Theory]
    [InlineData("UserGraph", 0)]
    [InlineData("User", 0)]
    [InlineData("ItemGraph", 1)]
    [InlineData("Hour", 2)]
    [InlineData("userGraph", 2)]
    [InlineData("", 2)]
    public void OfName_Prefix_TellsTheRole(string column, int role)
    {
        Assert.Equal((ColumnRole)role, ColumnRoles.OfName(column));
        Assert.Equal(role == 0, ColumnRoles.IsUsers(column));
        Assert.Equal(role == 1, ColumnRoles.IsItems(column));
    }

    [Fact]
    public void Stem_PrefixOfItsRoleOnly_IsTaken()
    {
        Assert.Equal("Graph", ColumnRoles.Stem("UserGraph", ColumnRole.User));
        Assert.Equal("Graph", ColumnRoles.Stem("ItemGraph", ColumnRole.Item));
        Assert.Equal("UserReviews", ColumnRoles.Stem("UserReviews", ColumnRole.Item));
        Assert.Equal("Hour", ColumnRoles.Stem("Hour", ColumnRole.Context));
    }
}
