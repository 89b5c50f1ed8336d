package dev.forebay;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The pages by which a model server can be told from others, on a port of its own. Those that it has not are 404. */
record FakeEngine(HttpServer server) implements AutoCloseable {
    static FakeEngine ollama() {
        return serving(Map.of("/v1/models", """
                {"object": "list", "data": [{"id": "qwen3:4b", "object": "model", "owned_by": "library"}]}""", "/api/tags", """
                {"models": [{"name": "qwen3:4b", "model": "qwen3:4b"}, {"name": "nomic-embed-text:latest"}]}""", "/api/ps", """
                {"models": [{"name": "qwen3:4b", "context_length": 4096}]}"""));
    }

    static FakeEngine llamaCpp() {
        return serving(Map.of("/props", """
                {"default_generation_settings": {"n_ctx": 8192}, "total_slots": 4, "model_path": "/m/Qwen3-4B-Q4_K_M.gguf"}""", "/v1/models", """
                {"models": [], "object": "list", "data": [{"id": "/m/Qwen3-4B-Q4_K_M.gguf", "owned_by": "llamacpp"}]}""", "/api/tags", """
                {"models": [{"name": "/m/Qwen3-4B-Q4_K_M.gguf"}]}"""));
    }

    /** It answers what it does not know with 200. */
    static FakeEngine lmStudio() {
        return serving(Map.of("/v1/models", """
                {"data": [{"id": "qwen3:4b", "owned_by": "organization_owner"}, {"id": "yes", "owned_by": "organization_owner"}]}""", "/", """
                {"error": "Unexpected endpoint or method. (GET /)"}"""));
    }

    static FakeEngine vllm() {
        return serving(Map.of("/v1/models", """
                {"object": "list", "data": [{"id": "Qwen/Qwen3-8B", "owned_by": "vllm", "max_model_len": 40960}]}""", "/version", """
                {"version": "0.11.0"}"""));
    }

    static FakeEngine sglang() {
        return serving(Map.of("/get_model_info", """
                {"model_path": "openai/gpt-oss-20b", "is_generation": true}""", "/v1/models", """
                {"object": "list", "data": [{"id": "openai/gpt-oss-20b", "owned_by": "sglang"}]}"""));
    }

    static FakeEngine serving(Map<String, String> pages) {
        return answering(200, pages);
    }

    static FakeEngine answering(int status, Map<String, String> pages) {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                var path = exchange.getRequestURI().getPath();
                var page = pages.getOrDefault(path, pages.get("/"));
                var bytes = (page == null ? "" : page).getBytes(StandardCharsets.UTF_8);
                try (exchange) {
                    exchange.sendResponseHeaders(page == null ? 404 : status, bytes.length == 0 ? -1 : bytes.length);
                    exchange.getResponseBody().write(bytes);
                }
            });
            server.start();
            return new FakeEngine(server);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
