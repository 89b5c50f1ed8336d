package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.forebay.demo.Mentions.Form;
import dev.forebay.demo.Mentions.Mention;
import dev.forebay.demo.Parameter.Kind;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** One clause read for one tool: what it mentions, and how much of that was found to fit. Not thread-safe. */
final class Reading {
    private final Tool tool;
    private final Said said;
    private final Pool pool;
    private double evidence;

    Reading(Tool tool, Said said) {
        this.tool = tool;
        this.said = said;
        this.pool = new Pool(said.head(), said.mentions());
    }

    /** The same clause for an object among the tool's arguments. */
    Reading inside(JsonNode schema) {
        return new Reading(Tool.of(tool.name(), tool.description(), schema), said);
    }

    Tool tool() {
        return tool;
    }

    /** The head of the clause. */
    String clause() {
        return said.head();
    }

    /** The whole clause, for free text only. */
    String text() {
        return said.text();
    }

    Earlier earlier() {
        return said.earlier();
    }

    LocalDate today() {
        return said.today();
    }

    Pool pool() {
        return pool;
    }

    /** How much of what was found has a form that fits this kind of parameter only. */
    double evidence() {
        return evidence;
    }

    /** These values, counted as evidence of this weight if there are any. */
    List<JsonNode> known(double weight, List<String> texts) {
        evidence += texts.isEmpty() ? 0 : weight;
        return texts.stream().<JsonNode>map(JsonNodeFactory.instance::textNode).toList();
    }

    List<JsonNode> known(double weight, JsonNode value) {
        evidence += weight;
        return List.of(value);
    }

    List<JsonNode> known(double weight, Optional<String> text) {
        return known(weight, text.stream().toList());
    }

    /** The mention that fits best, if one is left. */
    List<JsonNode> one(Parameter parameter, Form form) {
        return known(1, pool.take(form, parameter).map(Mention::value));
    }

    /** All that are left, unless the tool has several parameters of the kind to share them. */
    List<JsonNode> several(Parameter parameter, Form form) {
        return count(parameter.kind()) > 1
                ? one(parameter, form)
                : known(
                        1,
                        pool.takeAll(form).stream()
                                .map(Mention::value)
                                .distinct()
                                .toList());
    }

    Optional<String> quoted(Parameter parameter) {
        return pool.take(Form.QUOTED, parameter).map(Mention::value);
    }

    long count(Kind kind) {
        return tool.parameters().stream()
                .filter(parameter -> parameter.kind() == kind)
                .count();
    }

    /** True for the first parameter of its kind. */
    boolean isFirst(Parameter parameter) {
        return tool.parameters().stream()
                .filter(other -> other.kind() == parameter.kind())
                .findFirst()
                .filter(parameter::equals)
                .isPresent();
    }
}
