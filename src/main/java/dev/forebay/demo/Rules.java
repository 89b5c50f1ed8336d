package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** From a conversation to a reply: plan calls, or else answer in the form that was asked for. */
final class Rules {
    /** How much of the plan is told as reasoning. */
    enum Effort {
        NONE,
        LOW,
        MEDIUM,
        HIGH
    }

    /** The form of the answer. */
    sealed interface Form {
        record Text() implements Form {}

        record JsonObject() implements Form {}

        record Schema(JsonNode schema) implements Form {}
    }

    private Rules() {}

    /** @throws Refusal if the schema asked for cannot be filled */
    static Reply reply(
            Conversation chat, ToolChoice.Offer offer, boolean parallel, Effort effort, Form form, LocalDate today) {
        var plan = new Planner(offer.tools(), today).plan(chat, offer.choice(), parallel);
        var reasoning = reasoning(plan, chat, offer.tools(), effort);
        return plan.calls().isEmpty()
                ? new Reply(reasoning, formed(form, answer(chat, plan, offer.tools()), chat, today), List.of())
                : new Reply(reasoning, "", plan.calls());
    }

    private static String answer(Conversation chat, Plan plan, List<Tool> tools) {
        return chat.done().isEmpty() ? SmallTalk.answer(chat, tools) : Answers.of(chat.done(), plan.unmet());
    }

    private static String formed(Form form, String answer, Conversation chat, LocalDate today) {
        return switch (form) {
            case Form.Text _ -> answer;
            case Form.JsonObject _ ->
                JsonNodeFactory.instance.objectNode().put("answer", answer).toString();
            case Form.Schema asked -> {
                try {
                    var hints = new MessageHints(chat.user(), answer, today);
                    yield new SchemaFiller(asked.schema(), hints).fill().toString();
                } catch (SchemaFiller.Unfillable e) {
                    throw Refusal.badRequest(
                            "response_format: " + e.getMessage() + " (this is Forebay's rule-based demo)",
                            "response_format");
                }
            }
        };
    }

    private static String reasoning(Plan plan, Conversation chat, List<Tool> tools, Effort effort) {
        if (effort == Effort.NONE) {
            return "";
        }
        var sentences = new ArrayList<String>();
        sentences.add("I go by rules.");
        if (effort == Effort.HIGH) {
            sentences.add("%d tools are offered, %d calls are answered."
                    .formatted(tools.size(), chat.done().size()));
        }
        if (effort != Effort.LOW) {
            sentences.addAll(plan.thoughts());
            plan.unmet().forEach(clause -> sentences.add("No tool fits \"%s\".".formatted(Planner.brief(clause))));
        }
        sentences.add(
                plan.calls().isEmpty()
                        ? "There is nothing to call, so I answer."
                        : "I call %s."
                                .formatted(String.join(
                                        ", ",
                                        plan.calls().stream()
                                                .map(Plan.Call::name)
                                                .toList())));
        return String.join(" ", sentences);
    }
}
