package dev.forebay.telemetry;

import static dev.forebay.telemetry.Pages.end;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.forebay.chat.Usage;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPMDCAdapter;

class LogTest {
    private final LoggerContext context = new LoggerContext();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void aRequestIsOneLineOfJson() throws Exception {
        var log = log("json", out, 100);
        var summary = new RequestSummary(
                end("r-1", "demo", 200, null), 2, "pool", Duration.ofMillis(3), new Usage(10, 5, 4, 2), 3, 2);
        log.atInfo().addKeyValue("request", summary).log("request");

        var line = json();
        assertEquals("request", line.path("message").asText());
        assertEquals("info", line.path("level").asText());
        assertEquals("r-1", line.path("request").asText());
        assertEquals("key_1", line.path("key").asText());
        assertEquals("/v1/chat/completions", line.path("route").asText());
        assertEquals(200, line.path("status").asInt());
        assertEquals(1000, line.path("ms").asInt());
        assertEquals(130, line.path("first_chunk_ms").asInt());
        assertEquals("pool", line.path("nodepool").asText());
        assertEquals(4, line.path("tokens_cached").asInt());
        assertEquals(2, line.path("tool_calls").asInt());
        assertTrue(line.path("error").isMissingNode());
    }

    @Test
    void whatStrangersWroteStaysInsideItsString() throws Exception {
        var log = log("json", out, 100);
        log.atWarn()
                .addKeyValue("reason", "a \"quote\" \\ \n\r\t\u0001 \u2028 é 😀")
                .addKeyValue("level", "debug")
                .log("odd");
        var line = json();
        assertEquals(
                "a \"quote\" \\ \n\r\t\u0001 \u2028 é 😀", line.path("reason").asText());
        assertEquals("warn", line.path("level").asText());
        assertEquals("debug", line.path("level_").asText());
        assertEquals(1, text().lines().count());
    }

    @Test
    void anExceptionComesWithItsStack() throws Exception {
        log("json", out, 100)
                .atError()
                .setCause(new IllegalStateException("broken"))
                .log("failed");
        assertTrue(json().path("stack").asText().startsWith("java.lang.IllegalStateException: broken"));
    }

    @Test
    void aTerminalGetsACompactLine() {
        var log = log("text", out, 100);
        log.atInfo()
                .addKeyValue("request", RequestSummary.of(end("r-1", "demo", 503, "no_capacity")))
                .log("request");
        log.atWarn().addKeyValue("reason", "two words\n\u001b[31mred").log("replica failed");
        var lines = text().lines().toList();
        assertTrue(
                lines.get(0)
                        .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} request request=r-1 key=key_1 method=POST"
                                + " route=/v1/chat/completions model=demo status=503 error=no_capacity ms=1000"
                                + " first_chunk_ms=130"),
                lines.get(0));
        assertTrue(lines.get(1).endsWith(" WARN replica failed reason=\"two words  [31mred\""), lines.get(1));
    }

    @Test
    void whoeverLogsIsNotHeldUpAndWhatIsGivenUpIsCounted() throws Exception {
        var stuck = new Stuck();
        var appender = new LogAppender(stuck, 10);
        var log = log("json", appender);
        log.info("the line that the output is stuck with");
        assertTrue(stuck.reached.await(20, TimeUnit.SECONDS));
        for (var i = 0; i < 1000; i++) {
            log.info("line");
        }
        assertEquals(990, appender.dropped());
        stuck.open.countDown();
    }

    @Test
    void theConfigurationOfTheProgramUsesIt() {
        var fresh = new LoggerContext();
        new LogConfigurator(_ -> Optional.empty()).configure(fresh);

        var appender = fresh.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr");
        assertTrue(appender instanceof LogAppender);
        assertTrue(appender.isStarted());
        assertFalse(fresh.getLogger("io.netty").isInfoEnabled());
        assertTrue(fresh.getLogger("dev.forebay.request").isInfoEnabled());
        // A pattern that is none, in a schema that a server wrote, is no error of ours.
        assertFalse(
                fresh.getLogger("com.networknt.schema.keyword.PatternValidator").isErrorEnabled());
        appender.stop();
    }

    @Test
    void aFileOfTheUsersOwnIsObeyed() {
        var fresh = new LoggerContext();
        new LogConfigurator(name -> Optional.of("own.xml").filter(_ -> name.equals("logback.configurationFile")))
                .configure(fresh);

        assertNull(fresh.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr"));
    }

    private Logger log(String format, OutputStream to, int linesMax) {
        return log(format, new LogAppender(to, linesMax));
    }

    private Logger log(String format, LogAppender appender) {
        context.setMDCAdapter(new NOPMDCAdapter());
        context.start();
        appender.setContext(context);
        appender.setFormat(format);
        appender.start();
        var log = context.getLogger("dev.forebay.test");
        log.addAppender(appender);
        return log;
    }

    /** Stopping writes what is left. */
    private String text() {
        context.stop();
        return out.toString(StandardCharsets.UTF_8);
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(text());
    }

    private static final class Stuck extends OutputStream {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        @Override
        public void write(int b) {}

        @Override
        public void write(byte[] bytes, int from, int length) {
            reached.countDown();
            try {
                open.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
