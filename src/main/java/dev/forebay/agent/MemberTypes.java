package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.ModelFailure;

/** Refuses a request whose members have types that the loop cannot act on; those that it passes on are the engine's. */
final class MemberTypes {
    private MemberTypes() {}

    /** @throws ModelFailure.BadRequest that names the parameter at fault */
    static void check(ObjectNode json) {
        objects(json, "messages");
        if (!isAbsent(json.path("tools"))) {
            objects(json, "tools");
        }
        var n = json.path("n");
        if (!isAbsent(n) && !(n.isIntegralNumber() && n.canConvertToInt() && n.asInt() == 1)) {
            throw AgentRequest.wrong("an agentic model gives one answer; leave n out or set it to 1", "n");
        }
        var choice = json.path("tool_choice");
        if (!isAbsent(choice) && !choice.isTextual() && !choice.isObject()) {
            throw AgentRequest.wrong("tool_choice: need a word or an object", "tool_choice");
        }
        var parallel = json.path("parallel_tool_calls");
        if (!isAbsent(parallel) && !parallel.isBoolean()) {
            throw AgentRequest.wrong("parallel_tool_calls: need true or false", "parallel_tool_calls");
        }
    }

    private static void objects(ObjectNode json, String name) {
        var list = json.path(name);
        if (!list.isArray()) {
            throw AgentRequest.wrong(name + ": need a list of " + name, name);
        }
        for (var i = 0; i < list.size(); i++) {
            if (!list.path(i).isObject()) {
                var place = name + "[" + i + "]";
                throw AgentRequest.wrong(place + ": need an object", place);
            }
        }
    }

    private static boolean isAbsent(JsonNode member) {
        return member.isMissingNode() || member.isNull();
    }
}
