package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients are served on as many event loops as there are to be, each with a part of them. */
class EventLoopsInUseTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void areAllOfThem(int loops) throws Exception {
        Files.createDirectories(folder.resolve("mcp-servers"));
        var file = Files.writeString(folder.resolve("forebay.yaml"), """
                data: data
                server: {event_loops: %d, warm_up_millis: 0}
                mcp: {folder: mcp-servers}
                nodepools:
                  - {id: pool, base_url: "http://127.0.0.1:1/v1"}
                models:
                  - {id: m, nodepools: [pool]}
                """.formatted(loops));
        try (var gateway = RunningGateway.start(file, RunningGateway.surroundings(Map.of()))) {
            assertEquals(loops, gateway.gateway.fronts().eventLoops());
        }
    }
}
