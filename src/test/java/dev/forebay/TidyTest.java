package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keeps the source tree in order. {@link TidyRulesTest} shows that each rule finds what it is for. */
class TidyTest {
    /** Longer than 300 lines, each for a reason; the number is how long it may be. */
    private static final Map<String, Integer> LONG_FILES = Map.of(
            // One turn is one state machine whose transitions share the lease, the timers and the receiver.
            "upstream/Exchange.java", 520);

    /** Alive although no other file of the program names them, each with what does. */
    private static final Map<String, String> NAMED_ELSEWHERE = Map.ofEntries(
            Map.entry("dev.forebay.Main", "the jar's manifest"),
            Map.entry("dev.forebay.agent.RunObserver", "a port that the wiring will use"),
            Map.entry("dev.forebay.agent.Tools", "a port that the wiring will use"),
            Map.entry("dev.forebay.chat.Model", "a port that the wiring will use"),
            Map.entry("dev.forebay.http.MetricsPage", "a port that the wiring will use"),
            Map.entry("dev.forebay.mcp.McpObserver", "a port that the wiring will use"),
            Map.entry("dev.forebay.compute.StaticProvider", "a way in that the wiring will use"),
            Map.entry("dev.forebay.config.Binding", "a way in that the wiring will use"),
            Map.entry("dev.forebay.config.Yaml", "a way in that the wiring will use"),
            Map.entry("dev.forebay.process.Processes", "a way in that the wiring will use"),
            Map.entry("dev.forebay.routing.ModelNames", "a way in that the wiring will use"),
            Map.entry("dev.forebay.sse.EventWriter", "a way in that the wiring will use"),
            Map.entry("dev.forebay.upstream.Exchange", "a way in that the wiring will use"));

    /** Each tells another listener of the same call; one record for all would tie the listeners together. */
    private static final Set<String> TOLD_TO_DIFFERENT_LISTENERS =
            Set.of("ToolEnd", "RunEnd", "ToolEnded", "Operation");

    private static Tree tree;
    private static Declarations declarations;

    @BeforeAll
    static void readTheTree() throws IOException {
        tree = Tree.read(Path.of("."));
        declarations = new Declarations(Path.of("."));
    }

    @Test
    void textPromisesWhatIsThere() {
        assertNone(tree.emptyPromises());
    }

    @Test
    void noFileKnowsThisMachine() {
        assertNone(tree.pathsOfOneMachine());
    }

    @Test
    void noFileNamesAPackageRegistry() {
        assertNone(tree.registries());
    }

    @Test
    void everyTestRuns() {
        assertNone(tree.testsThatMayNotRun());
    }

    @Test
    void filesAreShort() {
        assertNone(tree.longFiles(LONG_FILES));
    }

    @Test
    void everyPackageSaysWhatItIsForAndIsNullMarked() {
        assertNone(tree.packagesWithoutInfo());
    }

    @Test
    void everyFileIsUsed() {
        assertNone(declarations.deadFiles(NAMED_ELSEWHERE));
    }

    @Test
    void noTwoTypesHoldTheSame() {
        assertNone(declarations.twins(TOLD_TO_DIFFERENT_LISTENERS));
    }

    @Test
    void javadocSaysMoreThanTheDeclaration() {
        assertNone(declarations.echoes());
    }

    private static void assertNone(List<String> wrong) {
        assertTrue(wrong.isEmpty(), () -> "\n" + String.join("\n", wrong) + "\n");
    }
}
