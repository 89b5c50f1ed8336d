package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.config.Yaml;
import dev.forebay.routing.Capacity;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many requests a replica may have in flight, and for how long a new one gets less, by what its nodepool says. */
class ConcurrencyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // A fixed number stays one, whatever max_concurrency says.
                "base_url: 'http://127.0.0.1:1/v1', slots: 7 | 7 | false | 30",
                "base_url: 'http://127.0.0.1:1/v1', slots: 7, max_concurrency: 5 | 7 | false | 30",
                "command: [serve], slots: 7 | 7 | false | 0",
                "base_url: 'http://127.0.0.1:1/v1' | 64 | true | 30",
                "base_url: 'http://127.0.0.1:1/v1', max_concurrency: 500 | 500 | true | 30",
                "base_url: 'http://127.0.0.1:1/v1', max_concurrency: 0 | 0 | false | 30",
                "command: [serve] | 0 | false | 0",
                "command: [serve], max_concurrency: 9, slow_start_seconds: 5 | 0 | false | 5",
                "kubernetes: {kind: deployment, name: vllm} | 0 | false | 30",
                "base_url: 'http://127.0.0.1:1/v1', slow_start_seconds: 0 | 64 | true | 0"
            })
    void followsFromTheNodepool(String keys, int slots, boolean adaptive, int slowStartSeconds) {
        var file =
                Yaml.parse("f.yaml", "nodepools: [{id: pool, " + keys + "}]\nmodels: [{id: m, nodepools: [pool]}]\n");
        var capacity = Capacity.of(Configuration.of(file, Map.of()).nodepools().getFirst());
        assertEquals(slots, capacity.slots());
        assertEquals(adaptive, capacity.adaptive());
        assertEquals(Duration.ofSeconds(slowStartSeconds), capacity.slowStart());
    }
}
