package dev.forebay.demo;

import java.util.List;

/** What the rules came to, before limits: reasoning, and then either text or calls. */
record Reply(String reasoning, String text, List<Plan.Call> calls) {
    Reply {
        calls = List.copyOf(calls);
    }

    static Reply text(String text) {
        return new Reply("", text, List.of());
    }
}
