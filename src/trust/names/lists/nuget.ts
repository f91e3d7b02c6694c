/** Well-known packages of NuGet, without an order. Written by hand. */
export const NUGET_NAMES = `
AWSSDK.Core AWSSDK.DynamoDBv2 AWSSDK.EC2 AWSSDK.KeyManagementService AWSSDK.Lambda AWSSDK.S3 AWSSDK.SecretsManager AWSSDK.SecurityToken
AWSSDK.SimpleNotificationService AWSSDK.SQS Abp AngleSharp Ardalis.GuardClauses Ardalis.Specification AspNetCore.HealthChecks.SqlServer
AspNetCore.HealthChecks.UI Autofac Autofac.Extensions.DependencyInjection AutoFixture AutoFixture.AutoMoq AutoFixture.Xunit2 AutoMapper
AutoMapper.Extensions.Microsoft.DependencyInjection Avalonia Azure.Core Azure.Data.Tables Azure.Extensions.AspNetCore.Configuration.Secrets
Azure.Identity Azure.Messaging.EventGrid Azure.Messaging.EventHubs Azure.Messaging.ServiceBus Azure.Monitor.OpenTelemetry.Exporter
Azure.Security.KeyVault.Keys Azure.Security.KeyVault.Secrets Azure.Storage.Blobs Azure.Storage.Common Azure.Storage.Files.Shares
Azure.Storage.Queues BCrypt.Net-Next BenchmarkDotNet Blazored.LocalStorage Bogus bootstrap BouncyCastle BouncyCastle.Cryptography Caliburn.Micro
CacheManager.Core Castle.Core CommandLineParser CommonServiceLocator CommunityToolkit.HighPerformance CommunityToolkit.Mvvm Confluent.Kafka
Confluent.SchemaRegistry Consul Costura.Fody coverlet.collector coverlet.msbuild CsvHelper Dapper Dapper.Contrib DnsClient Docker.DotNet
DocumentFormat.OpenXml DotNetZip DotNetCore.CAP DynamicExpresso.Core EFCore.BulkExtensions EFCore.NamingConventions Elastic.Apm
Elastic.Clients.Elasticsearch Elasticsearch.Net elmah EnterpriseLibrary.Common EntityFramework EPPlus ExcelDataReader
FakeItEasy FastEndpoints Flurl Flurl.Http FluentAssertions FluentMigrator FluentValidation FluentValidation.AspNetCore
FluentValidation.DependencyInjectionExtensions Fody FSharp.Core Google.Api.Gax Google.Apis Google.Apis.Auth Google.Apis.Core
Google.Cloud.Storage.V1 Google.Protobuf GraphQL GraphQL.Client Grpc.AspNetCore Grpc.Core Grpc.Core.Api Grpc.Net.Client
Grpc.Net.ClientFactory Grpc.Net.Common Grpc.Tools Handlebars.Net Hangfire Hangfire.AspNetCore Hangfire.Core Hangfire.SqlServer
HotChocolate HotChocolate.AspNetCore HtmlAgilityPack HtmlSanitizer Humanizer Humanizer.Core IdentityModel IdentityServer4 iTextSharp itext7
Ionic.Zip JetBrains.Annotations jQuery jQuery.Validation JsonSubTypes JWT Jint Kubernetes.Client KubernetesClient Lamar LazyCache LibGit2Sharp
LinqKit LiteDB log4net Lucene.Net Magick.NET-Q8-AnyCPU MahApps.Metro MailKit Markdig MassTransit MassTransit.RabbitMQ MaterialDesignThemes
MathNet.Numerics MediatR MediatR.Contracts MediatR.Extensions.Microsoft.DependencyInjection MessagePack MessagePack.Annotations
Microsoft.ApplicationInsights Microsoft.ApplicationInsights.AspNetCore Microsoft.ApplicationInsights.WorkerService
Microsoft.AspNet.Mvc Microsoft.AspNet.Razor Microsoft.AspNet.SignalR Microsoft.AspNet.WebApi Microsoft.AspNet.WebApi.Client
Microsoft.AspNet.WebApi.Core Microsoft.AspNet.WebPages Microsoft.AspNetCore Microsoft.AspNetCore.Authentication.JwtBearer
Microsoft.AspNetCore.Authentication.OpenIdConnect Microsoft.AspNetCore.Authorization Microsoft.AspNetCore.Http
Microsoft.AspNetCore.Http.Abstractions Microsoft.AspNetCore.Identity.EntityFrameworkCore Microsoft.AspNetCore.Mvc
Microsoft.AspNetCore.Mvc.NewtonsoftJson Microsoft.AspNetCore.Mvc.Testing Microsoft.AspNetCore.Mvc.Versioning Microsoft.AspNetCore.OpenApi
Microsoft.AspNetCore.SignalR.Client Microsoft.AspNetCore.TestHost Microsoft.Azure.Cosmos Microsoft.Azure.KeyVault
Microsoft.Azure.ServiceBus Microsoft.Azure.Storage.Blob Microsoft.Azure.WebJobs Microsoft.Bcl.AsyncInterfaces Microsoft.Bcl.HashCode
Microsoft.Build Microsoft.Build.Framework Microsoft.Build.Tasks.Core Microsoft.Build.Utilities.Core Microsoft.CodeAnalysis
Microsoft.CodeAnalysis.Analyzers Microsoft.CodeAnalysis.Common Microsoft.CodeAnalysis.CSharp Microsoft.CodeAnalysis.CSharp.Workspaces
Microsoft.CodeAnalysis.NetAnalyzers Microsoft.CodeCoverage Microsoft.CSharp Microsoft.Data.SqlClient Microsoft.Data.Sqlite
Microsoft.DotNet.PlatformAbstractions Microsoft.EntityFrameworkCore Microsoft.EntityFrameworkCore.Abstractions
Microsoft.EntityFrameworkCore.Design Microsoft.EntityFrameworkCore.InMemory Microsoft.EntityFrameworkCore.Proxies
Microsoft.EntityFrameworkCore.Relational Microsoft.EntityFrameworkCore.Sqlite Microsoft.EntityFrameworkCore.SqlServer
Microsoft.EntityFrameworkCore.Tools Microsoft.Extensions.Caching.Abstractions Microsoft.Extensions.Caching.Memory
Microsoft.Extensions.Caching.StackExchangeRedis Microsoft.Extensions.Configuration Microsoft.Extensions.Configuration.Abstractions
Microsoft.Extensions.Configuration.Binder Microsoft.Extensions.Configuration.CommandLine
Microsoft.Extensions.Configuration.EnvironmentVariables Microsoft.Extensions.Configuration.FileExtensions
Microsoft.Extensions.Configuration.Json Microsoft.Extensions.Configuration.UserSecrets Microsoft.Extensions.DependencyInjection
Microsoft.Extensions.DependencyInjection.Abstractions Microsoft.Extensions.DependencyModel Microsoft.Extensions.Diagnostics
Microsoft.Extensions.Diagnostics.HealthChecks Microsoft.Extensions.FileProviders.Abstractions
Microsoft.Extensions.FileProviders.Physical Microsoft.Extensions.Hosting Microsoft.Extensions.Hosting.Abstractions
Microsoft.Extensions.Http Microsoft.Extensions.Http.Polly Microsoft.Extensions.Identity.Core Microsoft.Extensions.Localization
Microsoft.Extensions.Logging Microsoft.Extensions.Logging.Abstractions Microsoft.Extensions.Logging.Configuration
Microsoft.Extensions.Logging.Console Microsoft.Extensions.Logging.Debug Microsoft.Extensions.ObjectPool Microsoft.Extensions.Options
Microsoft.Extensions.Options.ConfigurationExtensions Microsoft.Extensions.Primitives Microsoft.Graph Microsoft.Identity.Client
Microsoft.Identity.Web Microsoft.IdentityModel.Abstractions Microsoft.IdentityModel.Clients.ActiveDirectory
Microsoft.IdentityModel.JsonWebTokens Microsoft.IdentityModel.Logging Microsoft.IdentityModel.Protocols
Microsoft.IdentityModel.Protocols.OpenIdConnect Microsoft.IdentityModel.Tokens Microsoft.IO.RecyclableMemoryStream
Microsoft.Net.Http.Headers Microsoft.NET.Test.Sdk Microsoft.NETCore.App Microsoft.NETCore.Platforms Microsoft.NETCore.Targets
Microsoft.NETFramework.ReferenceAssemblies Microsoft.OpenApi Microsoft.Owin Microsoft.Owin.Security Microsoft.PowerShell.SDK
Microsoft.Rest.ClientRuntime Microsoft.SourceLink.GitHub Microsoft.SqlServer.Types Microsoft.TeamFoundationServer.Client
Microsoft.TestPlatform.ObjectModel Microsoft.VisualStudio.Azure.Containers.Tools.Targets Microsoft.VisualStudio.Threading
Microsoft.VisualStudio.Web.CodeGeneration.Design Microsoft.Web.Infrastructure Microsoft.Win32.Registry Microsoft.Win32.SystemEvents
Microsoft.Xaml.Behaviors.Wpf MimeKit MiniProfiler.AspNetCore MongoDB.Bson MongoDB.Driver MongoDB.Driver.Core Moq MQTTnet MSTest.TestAdapter
MSTest.TestFramework MudBlazor MySql.Data MySqlConnector NBuilder NEST NETStandard.Library NLog NLog.Extensions.Logging NLog.Web.AspNetCore
NodaTime Npgsql Npgsql.EntityFrameworkCore.PostgreSQL NPOI NServiceBus NSubstitute NSwag.AspNetCore NuGet.Common NuGet.Frameworks
NuGet.Packaging NuGet.Protocol NuGet.Versioning NUnit NUnit.ConsoleRunner NUnit3TestAdapter Newtonsoft.Json Newtonsoft.Json.Bson
Newtonsoft.Json.Schema Ninject Nito.AsyncEx Nito.AsyncEx.Coordination Ocelot Octokit OneOf OpenAI OpenTelemetry OpenTelemetry.Api
OpenTelemetry.Exporter.OpenTelemetryProtocol OpenTelemetry.Extensions.Hosting OpenTelemetry.Instrumentation.AspNetCore
OpenTelemetry.Instrumentation.Http Oracle.ManagedDataAccess Oracle.ManagedDataAccess.Core Orleans.Core Owin PdfSharp Pipelines.Sockets.Unofficial
Polly Polly.Core Polly.Extensions.Http Pomelo.EntityFrameworkCore.MySql Portable.BouncyCastle Prism.Core prometheus-net
prometheus-net.AspNetCore protobuf-net protobuf-net.Core PuppeteerSharp QRCoder Quartz Quartz.Extensions.Hosting QuestPDF RabbitMQ.Client
RazorLight ReactiveUI Refit Refit.HttpClientFactory RestSharp Rx-Main Scrutor SendGrid Sentry Sentry.AspNetCore Serilog Serilog.AspNetCore
Serilog.Enrichers.Environment Serilog.Enrichers.Thread Serilog.Exceptions Serilog.Expressions Serilog.Extensions.Hosting
Serilog.Extensions.Logging Serilog.Formatting.Compact Serilog.Settings.Configuration Serilog.Sinks.ApplicationInsights Serilog.Sinks.Async
Serilog.Sinks.Console Serilog.Sinks.Debug Serilog.Sinks.Elasticsearch Serilog.Sinks.File Serilog.Sinks.PeriodicBatching
Serilog.Sinks.RollingFile Serilog.Sinks.Seq ServiceStack ServiceStack.Text SharpCompress SharpZipLib Shouldly SimpleInjector
SixLabors.Fonts SixLabors.ImageSharp SkiaSharp SkiaSharp.NativeAssets.Linux Snappier SonarAnalyzer.CSharp SpecFlow Spectre.Console
SQLitePCLRaw.bundle_e_sqlite3 SQLitePCLRaw.core sqlite-net-pcl SSH.NET StackExchange.Redis Stateless Stripe.net StructureMap StyleCop.Analyzers
Swashbuckle.AspNetCore Swashbuckle.AspNetCore.Annotations Swashbuckle.AspNetCore.Filters Swashbuckle.AspNetCore.Swagger
Swashbuckle.AspNetCore.SwaggerGen Swashbuckle.AspNetCore.SwaggerUI System.AppContext System.Buffers System.ClientModel System.CodeDom
System.Collections System.Collections.Concurrent System.Collections.Immutable System.CommandLine System.ComponentModel
System.ComponentModel.Annotations System.ComponentModel.Composition System.Composition System.Configuration.ConfigurationManager
System.Console System.Data.Common System.Data.SQLite System.Data.SqlClient System.Diagnostics.DiagnosticSource
System.Diagnostics.EventLog System.Diagnostics.PerformanceCounter System.DirectoryServices System.Drawing.Common System.Dynamic.Runtime
System.Formats.Asn1 System.Globalization System.IdentityModel.Tokens.Jwt System.IO System.IO.Abstractions System.IO.Compression
System.IO.FileSystem System.IO.FileSystem.AccessControl System.IO.Hashing System.IO.Packaging System.IO.Pipelines System.IO.Ports System.Linq
System.Linq.Async System.Linq.Dynamic.Core System.Linq.Expressions System.Management System.Memory System.Memory.Data
System.Net.Http System.Net.Http.Json System.Net.Primitives System.Net.WebSockets System.Numerics.Vectors System.ObjectModel
System.Private.ServiceModel System.Reactive System.Reflection System.Reflection.Emit System.Reflection.Metadata
System.Resources.ResourceManager System.Runtime System.Runtime.Caching System.Runtime.CompilerServices.Unsafe
System.Runtime.Extensions System.Runtime.InteropServices System.Security.AccessControl System.Security.Cryptography.Algorithms
System.Security.Cryptography.Pkcs System.Security.Cryptography.ProtectedData System.Security.Cryptography.Xml
System.Security.Permissions System.Security.Principal.Windows System.ServiceModel.Http System.ServiceModel.Primitives
System.ServiceProcess.ServiceController System.Text.Encoding System.Text.Encoding.CodePages System.Text.Encodings.Web System.Text.Json
System.Text.RegularExpressions System.Threading System.Threading.Channels System.Threading.Tasks
System.Threading.Tasks.Dataflow System.Threading.Tasks.Extensions System.ValueTuple System.Windows.Extensions System.Xml.XDocument
Telegram.Bot Testcontainers TimeZoneConverter Topshelf Twilio UAParser Unity Verify.Xunit WebActivatorEx WebGrease WindowsAzure.Storage
xunit xunit.abstractions xunit.analyzers xunit.assert xunit.core xunit.extensibility.core xunit.extensibility.execution
xunit.runner.visualstudio Xamarin.Essentials Xamarin.Forms YamlDotNet Z.EntityFramework.Plus.EFCore ZstdSharp.Port
`;
