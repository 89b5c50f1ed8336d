package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.forebay.http.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A whole gateway of this JVM on a free port, its data in a folder of the test's, and a client that has its key. */
final class RunningGateway implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final ObjectMapper JSON = new ObjectMapper();

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Gateway gateway;
    final Path data;

    private final String key;
    private final String adminKey;
    private final Path file;

    private RunningGateway(Gateway gateway, Path data, Path file) throws IOException {
        this.gateway = gateway;
        this.data = data;
        this.file = file;
        this.key = Files.readString(gateway.firstKeys().localFile()).strip();
        this.adminKey = Files.readString(gateway.firstKeys().adminFile()).strip();
    }

    /** @param yaml the file without {@code data} and {@code server} */
    static RunningGateway start(Path folder, String yaml) throws Exception {
        return start(folder, yaml, Map.of());
    }

    /**
     * @param yaml the file without {@code data}; it may begin with {@code server}
     * @param changes what of the machine the gateway shall see differently
     */
    static RunningGateway start(Path folder, String yaml, UnaryOperator<Surroundings> changes) throws Exception {
        return start(written(folder, yaml), changes.apply(surroundings(Map.of())));
    }

    /** @param environment added to what the gateway sees of this JVM's */
    static RunningGateway start(Path folder, String yaml, Map<String, String> environment) throws Exception {
        return start(written(folder, yaml), surroundings(environment));
    }

    private static Path written(Path folder, String yaml) throws IOException {
        Files.createDirectories(folder.resolve("mcp-servers"));
        var file = folder.resolve("forebay.yaml");
        var server = yaml.startsWith("server:") ? "" : "server: {port: 0, warm_up_millis: 0}\n";
        return Files.writeString(file, "data: data\n" + server + yaml);
    }

    /** @param file as it is, but for the port */
    static RunningGateway start(Path file, Surroundings surroundings) throws Exception {
        var gateway = Gateway.start(
                () -> Configuration.read(file, surroundings.environment()).withPort(0), surroundings);
        return new RunningGateway(gateway, gateway.configuration().data(), file);
    }

    static Surroundings surroundings(Map<String, String> environment) {
        var real = Surroundings.ofThisProcess();
        var all = new HashMap<>(real.environment());
        all.keySet().removeIf(name -> name.startsWith("FOREBAY_"));
        all.putAll(environment);
        return new Surroundings(all, real.home(), real.clock(), real.nanos(), real.random(), real.self());
    }

    /** Writes another file in the place of the first; {@code POST /api/v1/config/reload} makes it take effect. */
    void rewrite(String yaml) throws IOException {
        written(file.toAbsolutePath().getParent(), yaml);
    }

    /** Asks the control API, with the key that may do everything. */
    HttpResponse<String> control(String method, String path) throws Exception {
        var request = HttpRequest.newBuilder(uri("/api/v1" + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("authorization", "Bearer " + adminKey)
                .timeout(PATIENCE)
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    String key() {
        return key;
    }

    int port() {
        return gateway.baseUrl().getPort();
    }

    RawClient raw() throws IOException {
        return new RawClient(port());
    }

    /** A request for a chat completion that says hello, with further members behind it. */
    static String hello(String model, String... members) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]"
                + Stream.of(members).map(member -> "," + member).reduce("", String::concat) + "}";
    }

    static String streamed(String model, String... members) {
        return hello(
                model,
                Stream.concat(Stream.of("\"stream\":true"), Stream.of(members)).toArray(String[]::new));
    }

    HttpResponse<String> chat(String body) throws Exception {
        return post("/v1/chat/completions", body);
    }

    /** @param headers names and values in turn */
    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return HTTP.send(request(path, body, headers), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws Exception {
        var request = HttpRequest.newBuilder(uri(path)).header("authorization", "Bearer " + key);
        return HTTP.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends a request for a stream and returns when its head has come. */
    OpenStream stream(String body) throws Exception {
        return new OpenStream(
                HTTP.send(request("/v1/chat/completions", body), HttpResponse.BodyHandlers.ofInputStream()));
    }

    static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    /** Sends a request; what comes is complete with the head of its answer. */
    CompletableFuture<HttpResponse<InputStream>> ask(String body) {
        return HTTP.sendAsync(request("/v1/chat/completions", body), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** The sum of the metric's series that have all these labels, each as {@code name="value"}. */
    double metric(String name, String... labels) throws Exception {
        return sum(metrics(), name, labels);
    }

    /** The same of such a page. */
    static double sum(String page, String name, String... labels) {
        return page.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    String metrics() throws Exception {
        return get("/metrics").body();
    }

    /** Waits until the metric's series with these labels add up to that. */
    void awaitMetric(double value, String name, String... labels) {
        await(() -> is(value, name, labels), () -> name + List.of(labels) + " is never " + value);
    }

    private boolean is(double value, String name, String... labels) {
        try {
            return metric(name, labels) == value;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for a fact that another thread or process brings about. */
    static void await(BooleanSupplier fact, Supplier<String> otherwise) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!fact.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, otherwise);
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** Waits for something that another thread or process brings about. */
    static <T> T awaited(Supplier<Optional<T>> thing, Supplier<String> otherwise) {
        await(() -> thing.get().isPresent(), otherwise);
        return thing.get().orElseThrow();
    }

    private HttpRequest request(String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(uri(path))
                .timeout(PATIENCE)
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        for (var i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    private URI uri(String path) {
        return gateway.baseUrl().resolve(path);
    }

    @Override
    public void close() {
        gateway.close(Duration.ZERO);
    }
}
