package dev.forebay;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows between packages, and what no package may do by itself. docs/decisions/0001 says why. */
class ArchitectureTest {
    private record Row(String holder, Set<String> mayUse, Set<String> libraries) {}

    private static final String OURS = "dev.forebay";
    private static final String ROOT = "(root)";

    /**
     * Package, packages it may use, libraries it may use. A package that stands in no row may not exist. Jackson is in the
     * root's row because ports that the root wraps carry trees; logback in telemetry's, which draws the log's lines.
     */
    private static final Map<String, Row> TABLE = table("""
            (root)     | all                                                                                  | vertx picocli jackson
            config     |                                                                                      | jackson
            process    |                                                                                      |
            sse        |                                                                                      | vertx
            chat       | access                                                                               | jackson
            access     | config                                                                               |
            audit      | access                                                                               |
            billing    | config access chat                                                                   |
            compute    | config process                                                                       | vertx
            routing    | config chat compute                                                                  |
            simulation | config chat routing compute                                                           |
            upstream   | config chat routing compute sse                                                      | vertx jackson
            agent      | config access chat                                                                   | jackson networknt
            http       | config access sse                                                                    | vertx jackson
            mcp        | config process access chat agent http sse                                            | mcp-core reactor vertx jackson
            bundled    |                                                                                      | mcp-core jackson
            pipeline   | config process access compute                                                        | jackson
            kubernetes | config compute mcp pipeline                                                          | fabric8
            telemetry  | features                                                                             | micrometer logback
            store      | config access chat audit agent billing compute routing mcp pipeline                  | jdbc
            openai     | config http sse access chat routing upstream agent                                   | vertx jackson
            control    | config http sse access chat audit agent billing compute mcp pipeline routing simulation | vertx jackson
            demo       | chat sse                                                                             | vertx jackson
            cli        | config sse                                                                           | picocli jackson
            """);

    private static final Map<String, List<String>> LIBRARIES = Map.of(
            "vertx", List.of("io.vertx", "io.netty"),
            "jackson", List.of("com.fasterxml.jackson"),
            "picocli", List.of("picocli"),
            "networknt", List.of("com.networknt"),
            "mcp-core", List.of("io.modelcontextprotocol"),
            "reactor", List.of("reactor", "org.reactivestreams"),
            "micrometer", List.of("io.micrometer", "io.prometheus"),
            "logback", List.of("ch.qos.logback"),
            "fabric8", List.of("io.fabric8"),
            "jdbc", List.of("java.sql", "javax.sql", "org.sqlite", "org.postgresql", "com.zaxxer.hikari"));

    private static final List<String> EVERYWHERE = List.of("java", "javax", "org.slf4j", "org.jspecify");

    /** Time, chance and surroundings come in through constructors, so that every rule can be run in a simulation. */
    private static final Set<String> ONLY_IN_THE_ROOT = Set.of(
            "java.time.Instant.now",
            "java.time.LocalDate.now",
            "java.time.LocalTime.now",
            "java.time.LocalDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.time.InstantSource.system",
            "java.time.ZoneId.systemDefault",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.System.getenv",
            "java.lang.Math.random",
            "java.util.UUID.randomUUID",
            "java.util.concurrent.ThreadLocalRandom.current");

    /** Made by logback itself, before the root runs. */
    private static final Set<String> MADE_BY_LOGBACK = Set.of("LogConfigurator", "LogAppender", "TextLine");

    private static final Set<String> EMPTY_WORDS =
            Set.of("Util", "Utils", "Common", "Impl", "Manager", "Helper", "Helpers", "Dto", "Abstract", "Default");

    private final List<JavaClass> classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(OURS).stream()
                    .filter(c -> c.getPackageName().startsWith(OURS))
                    .toList();

    @Test
    void packagesUseOnlyWhatTheTableAllows() {
        var wrong = new TreeSet<String>();
        for (var from : classes) {
            var row = TABLE.get(holder(from));
            if (row == null) {
                wrong.add(path(from) + ": package " + from.getPackageName()
                        + " is in no row of the table; move the class, or add a row here and in AGENTS.md");
                continue;
            }
            var told = new HashSet<String>();
            for (var dependency : inOrderOfLines(from)) {
                var to = dependency.getTargetClass().getBaseComponentType();
                if (to.getPackageName().startsWith(OURS) && !holder(to).equals(row.holder())) {
                    if (!mayUse(row, holder(to)) && told.add(holder(to))) {
                        wrong.add(place(from, dependency) + row.holder() + " may not use " + holder(to) + " ("
                                + to.getSimpleName() + "), only " + row.mayUse()
                                + "; declare a port in " + row.holder() + " and let " + holder(to) + " implement it");
                    }
                } else if (!to.getPackageName().startsWith(OURS)
                        && !to.isPrimitive()
                        && !isAllowed(row, to)
                        && told.add(to.getPackageName())) {
                    wrong.add(place(from, dependency) + row.holder() + " may not use " + to.getFullName()
                            + ", only " + row.libraries() + " beside the JDK, slf4j and JSpecify;"
                            + " put the code where the library is allowed");
                }
            }
        }
        assertNone(wrong);
    }

    @Test
    void theTableHasNoCycle() {
        var left = new LinkedHashMap<>(TABLE);
        left.remove(ROOT);
        while (left.values().removeIf(row -> left.keySet().stream().noneMatch(other -> mayUse(row, other)))) {
            continue;
        }
        assertEquals(Set.of(), left.keySet(), "these packages may use each other in a circle");
    }

    @Test
    void theClientsOfAGatewayDoNotLoadVertx() {
        var reached = new HashSet<JavaClass>();
        var open = new ArrayList<>(
                classes.stream().filter(c -> holder(c).equals("cli")).toList());
        var wrong = new TreeSet<String>();
        while (!open.isEmpty()) {
            var from = open.removeLast();
            if (!reached.add(from)) {
                continue;
            }
            for (var dependency : from.getDirectDependenciesFromSelf()) {
                var to = dependency.getTargetClass().getBaseComponentType();
                if (isIn(LIBRARIES.get("vertx"), to)) {
                    wrong.add(place(from, dependency) + "is reached from cli and uses " + to.getFullName()
                            + "; split the class, so that cli's part needs no Vert.x");
                } else if (to.getPackageName().startsWith(OURS)) {
                    open.add(to);
                }
            }
        }
        assertNone(wrong);
    }

    @Test
    void onlyTheRootReadsClocksChanceAndTheEnvironment() {
        var wrong = new TreeSet<String>();
        for (var from : classes) {
            if (holder(from).equals(ROOT) || MADE_BY_LOGBACK.contains(from.getSimpleName())) {
                continue;
            }
            Stream.<JavaAccess<?>>concat(
                            from.getMethodCallsFromSelf().stream(), from.getMethodReferencesFromSelf().stream())
                    .filter(access ->
                            ONLY_IN_THE_ROOT.contains(access.getTargetOwner().getFullName() + "." + access.getName()))
                    .filter(access -> !takesAClock(access))
                    .forEach(access -> wrong.add(path(from) + ":" + access.getLineNumber() + ": "
                            + access.getTargetOwner().getSimpleName() + "." + access.getName()
                            + " belongs to the root package; take an InstantSource, LongSupplier, RandomGenerator,"
                            + " Supplier<String> or Map<String, String> in the constructor"));
        }
        assertNone(wrong);
    }

    @Test
    void typesAreNamedForWhatTheyAreAndOpenTypesAreOpenOnPurpose() {
        var wrong = new TreeSet<String>();
        for (var type : classes) {
            for (var word : type.getSimpleName().split("(?<=[a-z0-9])(?=[A-Z])")) {
                // @Default is the word of the configuration, not a prefix of an implementation.
                if (EMPTY_WORDS.contains(word) && !type.isAnnotation()) {
                    wrong.add(path(type) + ": " + type.getSimpleName() + " has \"" + word
                            + "\" in its name, which says nothing; name it by what it holds or does");
                }
            }
            var modifiers = type.getModifiers();
            if (modifiers.contains(JavaModifier.PUBLIC)
                    && !type.isInterface()
                    && !modifiers.contains(JavaModifier.ABSTRACT)
                    && !modifiers.contains(JavaModifier.FINAL)
                    && !type.isEnum()
                    && !type.reflect().isSealed()) {
                wrong.add(path(type) + ": " + type.getSimpleName() + " is public and open; make it final or sealed");
            }
        }
        assertNone(wrong);
    }

    private static List<Dependency> inOrderOfLines(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .sorted(comparingInt((Dependency d) -> -Integer.signum(line(d)))
                        .thenComparingInt(ArchitectureTest::line))
                .toList();
    }

    private static int line(Dependency dependency) {
        return dependency.getSourceCodeLocation().getLineNumber();
    }

    private static boolean mayUse(Row row, String other) {
        if (row.mayUse().contains("all")) {
            return true;
        }
        // A feature is everything but the root, the client verbs, and the observer of features itself.
        if (row.mayUse().contains("features")) {
            return !Set.of(ROOT, "cli", row.holder()).contains(other);
        }
        return row.mayUse().contains(other);
    }

    private static boolean isAllowed(Row row, JavaClass type) {
        var special = LIBRARIES.values().stream()
                .filter(packages -> isIn(packages, type))
                .findFirst();
        return special.isPresent()
                ? row.libraries().stream().anyMatch(library -> isIn(LIBRARIES.get(library), type))
                : isIn(EVERYWHERE, type) || row.holder().equals(ROOT) && isIn(List.of("sun.misc"), type);
    }

    private static boolean isIn(List<String> packages, JavaClass type) {
        return packages.stream().anyMatch(p -> (type.getPackageName() + ".").startsWith(p + "."));
    }

    private static boolean takesAClock(JavaAccess<?> access) {
        return access.getTarget().getFullName().contains("Clock)");
    }

    private static String holder(JavaClass type) {
        var rest = type.getPackageName().substring(OURS.length());
        return rest.isEmpty() ? ROOT : rest.substring(1);
    }

    private static String path(JavaClass type) {
        return "src/main/java/" + type.getPackageName().replace('.', '/') + "/"
                + type.getSourceCodeLocation().getSourceFileName();
    }

    private static String place(JavaClass type, Dependency dependency) {
        return path(type) + ":" + line(dependency) + ": ";
    }

    private static Map<String, Row> table(String text) {
        return text.lines()
                .map(line -> line.split("\\|", -1))
                .map(cells -> new Row(cells[0].strip(), words(cells[1]), words(cells[2])))
                .collect(toMap(Row::holder, row -> row, (a, b) -> a, LinkedHashMap::new));
    }

    private static Set<String> words(String cell) {
        return new TreeSet<>(Arrays.stream(cell.strip().split(" +"))
                .filter(w -> !w.isEmpty())
                .toList());
    }

    private static void assertNone(Set<String> wrong) {
        assertTrue(wrong.isEmpty(), () -> "\n" + String.join("\n", wrong) + "\n");
    }
}
