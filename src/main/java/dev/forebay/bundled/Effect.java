package dev.forebay.bundled;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a call may change, told to clients as MCP's annotations. None of the tools reaches beyond this machine. */
enum Effect {
    READS(true, false, true),
    /** May destroy what was there; doing it again changes nothing more. */
    REPLACES(false, true, true),
    /** May destroy what was there; doing it again may change more. */
    WRITES(false, true, false);

    private final boolean readOnly;
    private final boolean destructive;
    private final boolean idempotent;

    Effect(boolean readOnly, boolean destructive, boolean idempotent) {
        this.readOnly = readOnly;
        this.destructive = destructive;
        this.idempotent = idempotent;
    }

    ObjectNode annotations(String title) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("title", title)
                .put("readOnlyHint", readOnly)
                .put("destructiveHint", destructive)
                .put("idempotentHint", idempotent)
                .put("openWorldHint", false);
    }
}
