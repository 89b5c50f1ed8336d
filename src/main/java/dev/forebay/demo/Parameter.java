package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A parameter of a tool, and what kind of value it takes as far as its name, schema and description tell. */
record Parameter(String name, String description, JsonNode schema, boolean required, Kind kind) {
    /** Kinds in the order in which they take their values from a message: the most certain first. */
    enum Kind {
        CHOICE,
        ZONE,
        EXPRESSION,
        URL,
        EMAIL,
        DURATION,
        DATE,
        CLOCK,
        GLOB,
        PATH,
        NUMBER,
        BOOLEAN,
        UNIT,
        PLACE,
        KEY,
        LIST,
        OBJECT,
        CONTENT
    }

    private static final Set<String> PATHS =
            Set.of("path", "file", "filename", "filepath", "dir", "directory", "folder", "paths", "files");
    private static final Set<String> KEYS =
            Set.of("key", "name", "title", "id", "label", "subject", "slug", "tag", "username", "user");
    private static final Set<String> PLACES =
            Set.of("city", "location", "place", "country", "region", "town", "destination", "origin", "address");
    /** Paths, if the tool is about files. */
    private static final Set<String> MOVED = Set.of("source", "destination", "src", "dest", "from", "to");

    private static final Set<String> EXPRESSIONS = Set.of("expression", "expr", "formula", "equation", "calculation");
    private static final Pattern ABOUT_FILES = Pattern.compile("\\b(?:files?|director(?:y|ies)|folders?)\\b");
    private static final Pattern ABOUT_ZONES = Pattern.compile("\\biana\\b|\\btime ?zones?\\b");
    private static final Pattern ABOUT_DATES =
            Pattern.compile("\\b(?:dates?|yyyy-mm-dd|datetime|date-time|timestamp|instant|today|tomorrow)\\b");
    private static final Pattern ABOUT_PATTERNS = Pattern.compile("(?i)^(?:glob|pattern)\\b");
    private static final Pattern ABOUT_CLOCK = Pattern.compile("\\b(?:time of day|hh:mm|clock time|local time)\\b");

    static List<Parameter> of(JsonNode schema, String aboutTool) {
        var required = new HashSet<String>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        var parameters = new ArrayList<Parameter>();
        for (var property : schema.path("properties").properties()) {
            var name = property.getKey();
            var value = property.getValue();
            parameters.add(of(name, value, required.contains(name), aboutTool));
        }
        return parameters;
    }

    static Parameter of(String name, JsonNode schema, boolean required, String aboutTool) {
        var description = schema.path("description").asText();
        return new Parameter(
                name, description, schema, required, kind(name, schema, aboutTool.toLowerCase(Locale.ROOT)));
    }

    boolean isInteger() {
        return type(schema).equals("integer");
    }

    private static Kind kind(String name, JsonNode schema, String aboutTool) {
        if (schema.has("enum") || schema.has("const")) {
            return Kind.CHOICE;
        }
        return switch (type(schema)) {
            case "number", "integer" -> Kind.NUMBER;
            case "boolean" -> Kind.BOOLEAN;
            case "array" -> Kind.LIST;
            case "object" -> Kind.OBJECT;
            default -> text(name, schema, aboutTool);
        };
    }

    private static Kind text(String name, JsonNode schema, String aboutTool) {
        switch (schema.path("format").asText()) {
            case "uri", "url", "iri" -> {
                return Kind.URL;
            }
            case "email" -> {
                return Kind.EMAIL;
            }
            case "duration" -> {
                return Kind.DURATION;
            }
            case "date", "date-time" -> {
                return Kind.DATE;
            }
            case "time" -> {
                return Kind.CLOCK;
            }
            default -> {}
        }
        var words = Words.all(name);
        if (ABOUT_PATTERNS.matcher(schema.path("description").asText()).find()) {
            return Kind.GLOB;
        }
        if (hasAny(words, MOVED) && ABOUT_FILES.matcher(aboutTool).find()) {
            return Kind.PATH;
        }
        var named = byName(words);
        if (named != Kind.CONTENT) {
            return named;
        }
        var description = schema.path("description").asText().toLowerCase(Locale.ROOT);
        if (description.startsWith("unit")) {
            return Kind.UNIT;
        }
        if (ABOUT_ZONES.matcher(description).find() && !description.startsWith("date")) {
            return words.contains("time") ? Kind.CLOCK : Kind.ZONE;
        }
        if (words.contains("time") || ABOUT_CLOCK.matcher(description).find()) {
            return ABOUT_DATES.matcher(description).find() ? Kind.DATE : Kind.CLOCK;
        }
        if (ABOUT_DATES.matcher(description).find()) {
            return Kind.DATE;
        }
        return Kind.CONTENT;
    }

    private static Kind byName(List<String> words) {
        if (hasAny(words, Set.of("zone", "tz", "timezone", "zones", "timezones"))) {
            return Kind.ZONE;
        }
        if (hasAny(words, EXPRESSIONS)) {
            return Kind.EXPRESSION;
        }
        if (hasAny(words, Set.of("url", "uri", "link", "href"))) {
            return Kind.URL;
        }
        if (hasAny(words, Set.of("email", "mail"))) {
            return Kind.EMAIL;
        }
        if (hasAny(words, Set.of("duration", "period", "interval"))) {
            return Kind.DURATION;
        }
        if (hasAny(words, Set.of("date", "datetime", "timestamp", "day"))) {
            return Kind.DATE;
        }
        if (hasAny(words, Set.of("pattern", "glob"))) {
            return Kind.GLOB;
        }
        if (hasAny(words, PATHS)) {
            return Kind.PATH;
        }
        if (hasAny(words, PLACES)) {
            return Kind.PLACE;
        }
        return hasAny(words, KEYS) && !words.getLast().equals("type") ? Kind.KEY : Kind.CONTENT;
    }

    /** The type that the schema names, the first one if it names several; "string" if none. */
    static String type(JsonNode schema) {
        var type = schema.path("type");
        if (type.isArray()) {
            for (var one : type) {
                if (!one.asText().equals("null")) {
                    return one.asText();
                }
            }
        }
        if (type.isMissingNode()) {
            for (var branch : schema.path("anyOf")) {
                if (!branch.path("type").asText("null").equals("null")) {
                    return type(branch);
                }
            }
            return schema.has("properties") ? "object" : schema.has("items") ? "array" : "string";
        }
        return type.asText("string");
    }

    private static boolean hasAny(List<String> words, Set<String> known) {
        return words.stream().anyMatch(known::contains);
    }
}
