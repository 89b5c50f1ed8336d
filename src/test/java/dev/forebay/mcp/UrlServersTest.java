package dev.forebay.mcp;

import static dev.forebay.mcp.Catalogs.CALLER;
import static dev.forebay.mcp.Catalogs.source;
import static dev.forebay.mcp.Catalogs.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.Tools.Source;
import dev.forebay.chat.ModelFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that requests bring along. */
class UrlServersTest {
    private static final String ALLOWED = "allowed_hosts: [127.0.0.1]";

    @Test
    void callsAToolOfAServerThatTheRequestNamed() throws Exception {
        try (var server = new FaultHttpServer("json");
                var catalogs = new Catalogs(ALLOWED, List.of())) {
            assertEquals("x", text(catalogs.open(server.url()), "echo", "x"));
            assertTrue(catalogs.operations.stream().allMatch(o -> o.server().equals("url")));
            assertTrue(catalogs.changes.isEmpty());
        }
    }

    @Test
    void refusesAHostThatIsNotAllowedBeforeItSpeaksToIt() throws Exception {
        try (var server = new FaultHttpServer("json");
                var catalogs = new Catalogs("allowed_hosts: [mcp.example.com]", List.of())) {
            var refusal = assertThrows(ModelFailure.BadRequest.class, () -> catalogs.open(server.url()));
            assertEquals("mcp_servers[0]", refusal.param());
            assertTrue(String.valueOf(refusal.getMessage()).contains("mcp.allowed_hosts"));
            assertTrue(server.requests.isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://127.0.0.1/x",
                "http://user:secret@127.0.0.1/mcp",
                "http:///mcp",
                "http://127.0.0.1 /mcp",
                "http://127.0.0.1.example.com/mcp",
                "http://127.0.0.1@example.com/mcp"
            })
    void refusesWhatIsNoPlainUrlOfAnAllowedHost(String url) {
        try (var catalogs = new Catalogs(ALLOWED, List.of())) {
            assertThrows(ModelFailure.BadRequest.class, () -> catalogs.open(url.contains("://") ? url : url + "://"));
        }
    }

    @Test
    void refusesHeadersThatWouldChangeTheRequestItself() {
        try (var catalogs = new Catalogs(ALLOWED, List.of())) {
            for (var headers : List.of(
                    Map.of("Host", "elsewhere"),
                    Map.of("x", "a\r\nb: c"),
                    Map.of("a b", "c"),
                    Map.of("mcp-session-id", "1"))) {
                var source = source("http://127.0.0.1:1/mcp", headers);
                var refusal = assertThrows(
                        ModelFailure.BadRequest.class, () -> catalogs.catalog.open(List.of(source), CALLER));
                assertEquals("invalid_mcp_headers", refusal.code());
            }
        }
    }

    @Test
    void sharesASessionAmongRequestsWithTheSameHeadersOnly() throws Exception {
        try (var server = new FaultHttpServer("json");
                var catalogs = new Catalogs(ALLOWED, List.of())) {
            for (var token : List.of("a", "a", "b")) {
                var source = source(server.url(), Map.of("authorization", token));
                text(catalogs.catalog.open(List.of(source), CALLER), "echo", "x");
            }
            assertEquals(2, server.sessions.get());
        }
    }

    @Test
    void closesTheLongestUnusedConnectionWhenThereAreTooManyAndMakesItAnewOnNeed() throws Exception {
        try (var server = new FaultHttpServer("json");
                var catalogs = new Catalogs(ALLOWED + "\nurl_connections_max: 1", List.of())) {
            var first = catalogs.catalog.open(List.of(source(server.url(), Map.of("x", "1"))), CALLER);
            var second = catalogs.catalog.open(List.of(source(server.url(), Map.of("x", "2"))), CALLER);
            Catalogs.until(() -> server.requests.contains("DELETE"));
            assertEquals("x", text(first, "echo", "x"));
            assertEquals("x", text(second, "echo", "x"));
        }
    }

    @Test
    void listsAServerThatCannotBeReachedAsUnavailable() throws Exception {
        try (var catalogs = new Catalogs(ALLOWED, List.of())) {
            var tools = catalogs.open("http://127.0.0.1:1/mcp?key=secret");
            var reason = tools.unavailable().getFirst().reason();
            assertTrue(reason.contains("cannot be reached") && !reason.contains("secret"), reason);
        }
    }

    @Test
    void refusesTwoServersWithOneLabel() {
        try (var catalogs = new Catalogs(ALLOWED, List.of())) {
            var sources = List.of(
                    new Source("http://127.0.0.1:1/a", "same", java.util.Set.of(), Map.of(), "tools[0]"),
                    new Source("http://127.0.0.1:1/b", "same", java.util.Set.of(), Map.of(), "tools[1]"));
            var refusal = assertThrows(ModelFailure.BadRequest.class, () -> catalogs.catalog.open(sources, CALLER));
            assertEquals("tools[1]", refusal.param());
        }
    }
}
