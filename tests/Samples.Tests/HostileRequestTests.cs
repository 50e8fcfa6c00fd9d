using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HybridRec.MLNet.Samples.Tests;

/// <summary>Requests that are wrong, huge or meant badly get a 4xx that says why, and the server goes on.</summary>
public sealed class HostileRequestTests(ServedMovies movies) : IAsyncDisposable
{
    private MovieServer Server => movies.Shared;

    // Whatever came before.
    public async ValueTask DisposeAsync() => Assert.True((await Server.Client.GetAsync("/api/recommendations/1")).IsSuccessStatusCode);

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("", "body")]
    [InlineData("[]", "JSON")]
    [InlineData("null", "body")]
    [InlineData("{}", "history")]
    [InlineData("""{"history":null}""", "history")]
    [InlineData("""{"history":[]}""", "history")]
    [InlineData("""{"history":[null]}""", "")]
    [InlineData("""{"history":["1"],"count":0}""", "1")]
    [InlineData("""{"history":["1"],"count":-5}""", "-5")]
    [InlineData("""{"history":["1"],"count":1000000}""", "100")]
    [InlineData("""{"history":["1"],"count":NaN}""", "JSON")]
    [InlineData("""{"history":["1"],"count":1e99}""", "count")]
    [InlineData("""{"history":["1"],"count":"ten"}""", "count")]
    [InlineData("""{"history":["1"],"reasons":-1}""", "-1")]
    [InlineData("""{"history":["1"],"deny":[null]}""", "")]
    [InlineData("""{"history":["1"],"noSuchOption":1}""", "noSuchOption")]
    [InlineData("""{"history":[[["1"]]]}""", "history")]
    [InlineData("""{"history":["\ud800"]}""", "JSON")]
    [InlineData("""{"history":[1]}""", "history")]
    [InlineData("""{"history":["1"],"genres":[[[[[[[[[[[[1]]]]]]]]]]]]}""", "genres")]
    public async Task Recommendations_AWrongBody_Is400WithTheReason(string body, string named) =>
        Assert.Contains(
            named, await MovieServer.Refused(HttpStatusCode.BadRequest, Post("/api/recommendations", body)),
            StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task Recommendations_UnknownGenre_Is404WithItsName() =>
        Assert.Contains("Musical-Western", await MovieServer.Refused(
            HttpStatusCode.NotFound,
            Post("/api/recommendations", """{"history":["1"],"genres":["Musical-Western"]}""")), StringComparison.Ordinal);

    [Fact]
    public async Task Recommendations_TooLongAHistory_Is400() =>
        await MovieServer.Refused(
            HttpStatusCode.BadRequest,
            Post("/api/recommendations", $$"""{"history":[{{string.Join(',', Enumerable.Range(1, 600).Select(i => $"\"{i}\""))}}]}"""));

    [Fact]
    public async Task Recommendations_ABodyOfTenMegabytes_Is413() =>
        await MovieServer.Refused(
            HttpStatusCode.RequestEntityTooLarge, Post("/api/recommendations", $$"""{"history":["{{new string('x', 10 << 20)}}"]}"""));

    [Fact]
    public async Task Recommendations_ALongBodyOfUnknownLength_Is413()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/recommendations")
        {
            Content = new StringContent($$"""{"history":["{{new string('x', 100_000)}}"]}""", Encoding.UTF8, "application/json")
        };
        request.Headers.TransferEncodingChunked = true;
        await MovieServer.Refused(HttpStatusCode.RequestEntityTooLarge, Server.Client.SendAsync(request));
    }

    [Fact]
    public async Task Recommendations_NotJson_Is415()
    {
        var content = new StringContent("history=1", Encoding.UTF8, "application/x-www-form-urlencoded");
        Assert.Contains(
            "JSON",
            await MovieServer.Refused(HttpStatusCode.UnsupportedMediaType, Server.Client.PostAsync("/api/recommendations", content)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/recommendations/1?count=0")]
    [InlineData("/api/recommendations/1?count=-1")]
    [InlineData("/api/recommendations/1?count=NaN")]
    [InlineData("/api/recommendations/1?count=99999999999999")]
    [InlineData("/api/recommendations/1?reasons=-2")]
    [InlineData("/api/films?count=0")]
    [InlineData("/api/films?count=101")]
    [InlineData("/api/search")]
    [InlineData("/api/search?text=")]
    [InlineData("/api/search?text=%20%09")]
    [InlineData("/api/films/1/similar?count=-1")]
    public async Task Get_AWrongQuery_Is400WithTheReason(string path) =>
        await MovieServer.Refused(HttpStatusCode.BadRequest, Server.Client.GetAsync(path));

    [Fact]
    public async Task Search_TooLongAText_IsRefused() =>
        await MovieServer.Refused(HttpStatusCode.BadRequest, Server.Client.GetAsync("/api/search?text=" + new string('a', 2000)));

    [Fact]
    public async Task Films_TooLongATitle_IsRefused() =>
        Assert.Contains("100", await MovieServer.Refused(
            HttpStatusCode.BadRequest,
            Server.Client.GetAsync("/api/films?title=" + string.Concat(Enumerable.Repeat("a%20", 500)))), StringComparison.Ordinal);

    [Fact]
    public async Task Get_AnEndlessAddress_Is414()
    {
        HttpResponseMessage answer = await Server.Client.GetAsync("/api/films?title=" + new string('a', 100_000));
        Assert.Equal(HttpStatusCode.RequestUriTooLong, answer.StatusCode);
    }

    [Theory]
    [InlineData("DELETE", "/api/model")]
    [InlineData("PUT", "/api/recommendations")]
    [InlineData("POST", "/api/films/1")]
    public async Task Request_AWrongMethod_Is405(string method, string path) =>
        await MovieServer.Refused(
            HttpStatusCode.MethodNotAllowed, Server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)));

    [Theory]
    [InlineData("GET /api/films?title=%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200)]
    [InlineData("GET /api/../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET /api/films/%00/similar HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /api/films/\0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400)]
    [InlineData(
        "POST /api/predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: -5\r\n\r\n{}",
        400)]
    [InlineData("POST /api/predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: " +
        "chunked\r\n\r\nzz\r\n{}", 400)]
    [InlineData("\u0016\u0003\u0001 not http\r\n\r\n", 400)]
    public async Task Request_RawBytes_AreAnsweredAndNeverA5xx(string bytes, int expected)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Server.Address.Host, Server.Address.Port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(bytes), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream(), Encoding.Latin1);
        string status = await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "closed";
        Assert.StartsWith($"HTTP/1.1 {expected} ", status, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/films/nothing")]
    [InlineData("/api/films/nothing/similar")]
    [InlineData("/api/films/..%2f..%2fetc%2fpasswd")]
    [InlineData("/api/films/..%2f..%2fetc%2fpasswd/similar")]
    [InlineData("/api/films/1%3BDROP%20TABLE/similar")]
    public async Task Get_AnUnknownFilm_Is404WithTheReason(string path) =>
        await MovieServer.Refused(HttpStatusCode.NotFound, Server.Client.GetAsync(path));

    [Theory]
    [InlineData("/..%2f..%2fappsettings.json")]
    [InlineData("/%2e%2e/appsettings.json")]
    [InlineData("/appsettings.json")]
    [InlineData("/api/no-such-thing")]
    public async Task Get_WhatIsNotServed_Is404(string path) =>
        await MovieServer.Refused(HttpStatusCode.NotFound, Server.Client.GetAsync(path));

    [Theory]
    [InlineData("""{"user":1,"film":999999}""", HttpStatusCode.NotFound)]
    [InlineData("""{"user":1,"film":-1}""", HttpStatusCode.NotFound)]
    [InlineData("""{"user":1}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"user":1.5,"film":1}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"user":"NaN","film":1}""", HttpStatusCode.BadRequest)]
    public async Task Predict_AWrongPair_IsRefused(string body, HttpStatusCode expected) =>
        await MovieServer.Refused(expected, Post("/api/predict", body));

    [Fact]
    public async Task Predict_AnUnknownUser_HasAFiniteScore()
    {
        HttpResponseMessage answer = await Post("/api/predict", """{"user":-77,"film":1}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private Task<HttpResponseMessage> Post(string path, string body) =>
        Server.Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
}
