package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import java.util.LinkedHashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled JSON Schemas of tools, kept by the hash of their text, the one used last at the end. Each is compiled alone:
 * two schemas with the same {@code $id} never meet, and nothing is loaded from anywhere. Safe for all threads.
 */
final class Schemas {
    private static final Logger log = LoggerFactory.getLogger(Schemas.class);
    private static final int COMPILED_MAX = 512;
    private static final List<String> META_SCHEMAS = List.of("https://json-schema.org/", "http://json-schema.org/");

    private final LinkedHashMap<String, Schema> compiled = new LinkedHashMap<>(16, 0.75f, true);

    /** The schema of a tool cannot be used, so that no call of it can be checked. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    Schema compiled(JsonNode json) throws Unusable {
        var hash = ToolNames.sha256(json.toString());
        synchronized (compiled) {
            var known = compiled.get(hash);
            if (known != null) {
                return known;
            }
        }
        var schema = compile(json);
        synchronized (compiled) {
            compiled.put(hash, schema);
            if (compiled.size() > COMPILED_MAX) {
                compiled.pollFirstEntry();
            }
        }
        return schema;
    }

    private static Schema compile(JsonNode json) throws Unusable {
        var config = SchemaRegistryConfig.builder()
                .pathType(PathType.JSON_POINTER)
                .regularExpressionFactory(BoundedRegex::new)
                .build();
        var registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemaRegistryConfig(config)
                        .schemaLoader(loader -> loader.block(
                                address -> META_SCHEMAS.stream().noneMatch(address.toString()::startsWith))));
        try {
            var schema = registry.getSchema(json);
            schema.initializeValidators();
            return schema;
        } catch (SchemaException | StackOverflowError e) {
            var reason =
                    e instanceof SchemaException ? Excerpt.of(String.valueOf(e.getMessage())) : "it refers to itself";
            log.atWarn().addKeyValue("reason", reason).log("schema of a tool cannot be used");
            throw new Unusable(reason, e);
        }
    }
}
