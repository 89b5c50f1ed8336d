package dev.forebay.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaFillerTest {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":7,\"maximum\":7}},\"required\":[\"a\"],\"additionalProperties\":false}",
                "{\"type\":\"number\",\"exclusiveMinimum\":0,\"exclusiveMaximum\":0.5}",
                "{\"type\":\"integer\",\"exclusiveMinimum\":-3,\"exclusiveMaximum\":-1}",
                "{\"type\":\"number\",\"multipleOf\":0.25,\"minimum\":0.3}",
                "{\"type\":\"integer\",\"multipleOf\":0.4,\"minimum\":3}",
                "{\"type\":\"string\",\"minLength\":60,\"maxLength\":61}",
                "{\"type\":\"string\",\"maxLength\":2}",
                "{\"type\":\"string\",\"pattern\":\"^[A-Z]{3}-\\\\d{4}$\"}",
                "{\"type\":\"string\",\"pattern\":\"^(foo|bar)_[a-z0-9]+$\",\"minLength\":10}",
                "{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"minItems\":3,\"uniqueItems\":true}",
                "{\"type\":\"array\",\"items\":{\"enum\":[\"a\",\"b\"]},\"minItems\":2,\"uniqueItems\":true}",
                "{\"type\":\"array\",\"prefixItems\":[{\"type\":\"string\"},{\"type\":\"number\"}],\"items\":false}",
                "{\"anyOf\":[{\"type\":\"string\",\"minLength\":3},{\"type\":\"null\"}]}",
                "{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"k\":{\"const\":\"a\"}},\"required\":[\"k\"]},{\"type\":\"string\"}]}",
                "{\"allOf\":[{\"type\":\"number\",\"minimum\":1},{\"type\":\"integer\",\"maximum\":1}]}",
                "{\"type\":[\"null\",\"string\"]}",
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":\"boolean\"}}}",
                "{\"type\":\"object\",\"minProperties\":2,\"additionalProperties\":{\"type\":\"integer\"}}",
                "{\"type\":\"object\",\"required\":[\"free\"]}",
                "{}",
                "{\"enum\":[null,3]}",
                "{\"const\":{\"a\":1}}"
            })
    void whatItMakesIsValid(String schema) {
        assertValid(json(schema));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"date", "date-time", "time", "email", "uri", "uuid", "ipv4", "ipv6", "hostname", "duration"})
    void knowsTheFormat(String format) {
        assertValid(json(
                "{\"type\":\"array\",\"minItems\":2,\"uniqueItems\":true,\"items\":{\"type\":\"string\",\"format\":\""
                        + format + "\"}}"));
    }

    @Test
    void recursionEndsAsSoonAsTheSchemaAllows() {
        var list = json("""
                {"$ref":"#/$defs/node","$defs":{"node":{"type":"object","required":["value","next"],"additionalProperties":false,
                 "properties":{"value":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}}}}}""");
        var tree = json("""
                {"type":"object","required":["name","children"],"properties":{"name":{"type":"string"},
                 "children":{"type":"array","items":{"$ref":"#"}}}}""");
        assertValid(list);
        assertValid(tree);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"$ref\":\"#/$defs/a\"}}}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":false},\"required\":[\"a\"]}",
                "{\"$ref\":\"https://example.com/schema\"}",
                "{\"type\":\"integer\",\"minimum\":2,\"maximum\":1}",
                "{\"type\":\"string\",\"pattern\":\"^(?!.*)$\"}",
                "{\"type\":\"string\",\"not\":{\"const\":\"x\"}}",
                "{\"type\":\"array\",\"minItems\":1000000}",
                "{\"type\":\"array\",\"uniqueItems\":true,\"minItems\":3,\"items\":{\"type\":\"boolean\"}}"
            })
    void saysSoWhereNothingCanBeMade(String schema) {
        assertThrows(
                SchemaFiller.Unfillable.class, () -> new SchemaFiller(json(schema), SchemaFiller.Hints.NONE).fill());
    }

    @Test
    void aPatternThatTakesForeverIsGivenUp() {
        var name = "a".repeat(60);
        var schema = json("""
                {"type":"object","required":["%s"],"properties":{"%s":{"type":"string","pattern":"^(([a-z ]+)+)+!\\\\1$"}}}""".formatted(name, name));
        assertThrows(SchemaFiller.Unfillable.class, () -> new SchemaFiller(schema, SchemaFiller.Hints.NONE).fill());
    }

    @Test
    void whatTheMessageNamesIsUsedIfItFits() {
        var schema = json("""
                {"type":"object","required":["city","days","when","mood","answer"],"properties":{"city":{"type":"string"},
                 "days":{"type":"integer","maximum":10},"when":{"type":"string","format":"date"},
                 "mood":{"enum":["happy","sad"]},"answer":{"type":"string"}}}""");
        var hints = new MessageHints("Plan 3 days in Lisbon from 2026-05-01, I am sad", "an answer", LocalDate.EPOCH);
        assertEquals(
                "{\"city\":\"Lisbon\",\"days\":3,\"when\":\"2026-05-01\",\"mood\":\"sad\",\"answer\":\"an answer\"}",
                new SchemaFiller(schema, hints).fill().toString());
    }

    @Test
    void whatItMakesForRandomSchemasIsValid() {
        for (var seed = 0; seed < 2_000; seed++) {
            var schema = new RandomSchemas(new Random(seed)).next();
            try {
                assertValid(schema);
            } catch (SchemaFiller.Unfillable e) {
                throw new AssertionError("seed " + seed + ": " + schema, e);
            }
        }
    }

    private static void assertValid(JsonNode schema) {
        var made = new SchemaFiller(schema, SchemaFiller.Hints.NONE).fill();
        var errors = REGISTRY.getSchema(schema)
                .validate(made, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
        assertEquals(List.of(), errors, () -> made + " for " + schema);
        assertTrue(made.toString().length() < 200_000);
    }

    private static JsonNode json(String text) {
        return Json.parse(text).orElseThrow();
    }
}
