package dev.forebay.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BindingTest {
    enum Mode {
        FAST,
        SAFE
    }

    record Pool(
            String id,
            @Default("1 KiB") long bytesMax,
            @Default("[]") List<String> urls) {
        Pool {
            if (bytesMax < 0) {
                throw new IllegalArgumentException("bytes_max: need 0 or more, got " + bytesMax);
            }
        }
    }

    record Root(
            @Default("8080") int port,
            @Default("fast") Mode mode,
            List<Pool> pools,
            Optional<Secret> apiKey,
            Optional<Long> memoryBytesMax) {}

    @TempDir
    Path folder;

    @Test
    void takesDefaultsWhereKeysAreAbsent() {
        var root = bind("pools:\n  - id: a\n");
        assertEquals(8080, root.port());
        assertEquals(Mode.FAST, root.mode());
        assertEquals(1024, root.pools().getFirst().bytesMax());
    }

    @Test
    void aNumberMayBeAbsent() {
        record Bounds(OptionalInt most) {}
        assertEquals(new Bounds(OptionalInt.empty()), Binding.bind(Yaml.parse("f", "most:"), Bounds.class, _ -> null));
        assertEquals(new Bounds(OptionalInt.of(3)), Binding.bind(Yaml.parse("f", "most: 3"), Bounds.class, _ -> null));
        var e = assertThrows(
                ConfigException.class, () -> Binding.bind(Yaml.parse("f", "most: [3]"), Bounds.class, _ -> null));
        assertEquals("f:1: most: need a single value, got a list", e.getMessage());
    }

    @Test
    void everyDocumentOfAFileIsRead() {
        var documents = Yaml.documents("f.yaml", "a: 1\n---\n- b\n---\nc: 2\n");
        assertEquals(3, documents.size());
        assertEquals(5, documents.get(2).at("c").place().line());
    }

    @Test
    void acceptsAnEmptyFile() {
        assertEquals(List.of(), bind("# nothing\n").pools());
    }

    @Test
    void readsSizesAndSingleValuesForLists() {
        var pool = bind("pools: [{id: a, bytes_max: 32 MiB, urls: http://x}]")
                .pools()
                .getFirst();
        assertEquals(32 << 20, pool.bytesMax());
        assertEquals(List.of("http://x"), pool.urls());
    }

    @Test
    void readsNumbersThatMayBeAbsent() {
        assertEquals(Optional.empty(), bind("port: 1").memoryBytesMax());
        assertEquals(Optional.of(2048L), bind("memory_bytes_max: 2 KiB").memoryBytesMax());
    }

    @Test
    void namesFileLinePathAndNearestKeyForAnUnknownKey() {
        assertEquals(
                "f.yaml:3: pools[0].bytes_maxx: unknown key; did you mean \"bytes_max\"?",
                problem("pools:\n  - id: a\n    bytes_maxx: 1\n"));
    }

    @Test
    void findsAllProblemsAtOnce() {
        var e = assertThrows(ConfigException.class, () -> bind("port: x\nmode: slow\npools: [{}]\n"));
        assertEquals(
                List.of(
                        "f.yaml:1: port: need a whole number or a size such as 32 MiB, got x",
                        "f.yaml:2: mode: need one of fast, safe, got slow",
                        "f.yaml:3: pools[0]: the key \"id\" is missing"),
                e.problems().stream().map(Problem::toString).toList());
    }

    @Test
    void locatesWhatARecordRefuses() {
        assertEquals(
                "f.yaml:1: pools[0]: bytes_max: need 0 or more, got -1", problem("pools: [{id: a, bytes_max: -1}]"));
    }

    @Test
    void resolvesEnvironmentAndFilesAndHidesSecrets() throws Exception {
        Files.writeString(folder.resolve("key"), "s3cret\n");
        var root = Binding.bind(
                Yaml.parse(folder.resolve("f.yaml").toString(), "api_key: ${file:key}\npools: [{id: \"${env:NAME}\"}]"),
                Root.class,
                Map.of("NAME", "a")::get);
        assertEquals("s3cret", root.apiKey().orElseThrow().reveal());
        assertEquals("a", root.pools().getFirst().id());
        assertFalse(root.toString().contains("s3cret"));
    }

    @Test
    void saysWhichVariableIsMissing() {
        assertEquals(
                "f.yaml:1: api_key: the environment has no variable KEY; set it or write the value",
                problem("api_key: ${env:KEY}"));
    }

    @Test
    void refusesWhatIsNotYaml() {
        assertEquals(
                "f.yaml:1: this is not YAML with keys and values; expected lines such as \"models:\"",
                problem("hello"));
        assertEquals(true, problem("a: [1, 2\nb: }").startsWith("f.yaml:2: this is not YAML: "));
        assertEquals("f.yaml:2: port: the key stands twice; keep one of them", problem("port: 1\nport: 2"));
    }

    @Test
    void warnsOfUnknownKeysInFilesOfOthers() {
        var warnings = new ArrayList<Problem>();
        Binding.bindLeniently(Yaml.parse("f.yaml", "other: 1"), Root.class, _ -> null, warnings::add);
        assertEquals(1, warnings.size());
    }

    @Test
    void listsEveryKeyWithItsDefault() {
        assertEquals(Optional.of("8080"), Binding.keys(Root.class).get("port"));
        assertEquals(Optional.empty(), Binding.keys(Root.class).get("pools[].id"));
        assertEquals(Optional.of("1 KiB"), Binding.keys(Root.class).get("pools[].bytes_max"));
    }

    private static Root bind(String yaml) {
        return Binding.bind(Yaml.parse("f.yaml", yaml), Root.class, _ -> null);
    }

    private static String problem(String yaml) {
        return String.valueOf(
                assertThrows(ConfigException.class, () -> bind(yaml)).getMessage());
    }
}
