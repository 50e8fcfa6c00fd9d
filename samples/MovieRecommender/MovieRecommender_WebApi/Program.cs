using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Movies.Api;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddOptions<MovieApiOptions>().BindConfiguration(MovieApiOptions.Section).ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddSingleton<ModelStore>().AddHostedService(services => services.GetRequiredService<ModelStore>());
builder.Services.AddHealthChecks().AddCheck<ModelHealth>("model");
builder.Services.AddProblemDetails(static options =>
    options.CustomizeProblemDetails = static made => made.ProblemDetails.Detail ??= BadRequests.Why(made.ProblemDetails.Status));
builder.Services.AddExceptionHandler<BadRequests>().AddOpenApi();
builder.Services.AddRateLimiter(static _ => { });
builder.Services.AddOptions<Microsoft.AspNetCore.RateLimiting.RateLimiterOptions>()
    .Configure<IOptions<MovieApiOptions>>((limiter, movies) => Limits.Configure(limiter, movies.Value));
builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true); // so that BadRequests can say why
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
builder.Services.ConfigureHttpJsonOptions(options =>
{
    options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
    options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
    options.SerializerOptions.RespectNullableAnnotations = true;
    options.SerializerOptions.MaxDepth = 32;
    options.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
});
builder.WebHost.ConfigureKestrel(options =>
{
    options.AddServerHeader = false;
    options.Limits.MaxRequestBodySize = Limits.ConnectionBytes;
});

WebApplication app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.Use(static (context, next) =>
{
    context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'";
    context.Response.Headers.XContentTypeOptions = "nosniff";
    return next(context);
});
app.UseDefaultFiles();
app.UseStaticFiles();
app.UseRateLimiter();
app.Use(Limits.RefuseLongBodies);
app.MapOpenApi().DisableRateLimiting();
app.MapHealthChecks("/health/live", new() { Predicate = static _ => false }).DisableRateLimiting();
app.MapHealthChecks("/health/ready").DisableRateLimiting();
app.MapMovies();
app.Run();
