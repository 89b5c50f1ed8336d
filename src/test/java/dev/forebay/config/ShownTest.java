package dev.forebay.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ShownTest {
    private record Pool(
            String id,
            int slots,
            Optional<Secret> apiKey,
            Map<String, String> env,
            List<String> command,
            OptionalInt max) {}

    private record All(Pool first, List<Pool> nodepools) {}

    @Test
    void showsEachSettingByItsPathAndElementsByTheirId() {
        var texts =
                Shown.of(new All(pool("a", 1, "k"), List.of(pool("b", 2, "k")))).texts();
        assertEquals("1", texts.get("first.slots"));
        assertEquals("2", texts.get("nodepools[b].slots"));
        assertFalse(texts.containsKey("first.max"));
    }

    @Test
    void neverShowsASecret() {
        var texts = Shown.of(pool("a", 1, "s3cret-1")).texts();
        assertEquals("***", texts.get("api_key"));
        assertEquals("***", texts.get("env.HF_TOKEN"));
        assertEquals("[serve, --api-key, ***, --hf-token=***, --port, 8000]", texts.get("command"));
        assertFalse(texts.toString().contains("s3cret"));
    }

    @Test
    void hidesWhatStandsBehindTheNameOfASecretWithinAWord() {
        var command = List.of(
                "npx",
                "https://me:s3cret-5@host/sse?api_key=s3cret-6",
                "--header",
                "Authorization: Bearer s3cret-7",
                "-e",
                "API_TOKEN=s3cret-8",
                "--max-tokens=5");
        var shown = Shown.of(new Pool("a", 1, Optional.empty(), Map.of(), command, OptionalInt.empty()));
        assertEquals(
                "[npx, https://***@host/sse?api_key=***, --header, Authorization: ***, -e, API_TOKEN=***,"
                        + " --max-tokens=5]",
                shown.texts().get("command"));
    }

    @Test
    void tellsWhatAChangeAddsRemovesAndSets() {
        var before = Shown.of(new All(pool("a", 1, "k"), List.of(pool("b", 2, "k"))));
        var after = Shown.of(new All(pool("a", 3, "s3cret-2"), List.of()));
        var changes = before.changesTo(after);
        assertEquals(
                new Shown.Change("first.slots", Optional.of("1"), Optional.of("3")),
                changes.stream()
                        .filter(c -> c.path().equals("first.slots"))
                        .findFirst()
                        .orElseThrow());
        assertEquals(
                new Shown.Change("first.api_key", Optional.of("***"), Optional.of("***")),
                changes.stream()
                        .filter(c -> c.path().equals("first.api_key"))
                        .findFirst()
                        .orElseThrow());
        assertEquals(
                Optional.empty(),
                changes.stream()
                        .filter(c -> c.path().equals("nodepools[b].slots"))
                        .findFirst()
                        .orElseThrow()
                        .after());
        assertFalse(changes.toString().contains("s3cret"));
    }

    @Test
    void equalRecordsReadTwiceDoNotDiffer() {
        assertEquals(List.of(), Shown.of(pool("a", 1, "k")).changesTo(Shown.of(pool("a", 1, "k"))));
    }

    private static Pool pool(String id, int slots, String key) {
        return new Pool(
                id,
                slots,
                Optional.of(Secret.of(key)),
                Map.of("HF_TOKEN", key),
                List.of("serve", "--api-key", "s3cret-3", "--hf-token=" + "s3cret-4", "--port", "8000"),
                OptionalInt.empty());
    }
}
