package dev.forebay.bundled;

import java.util.List;

/**
 * One bundled server.
 *
 * @param about one sentence for the model that is offered its tools
 */
record Server(String name, String about, List<Tool> tools) {
    Server {
        tools = List.copyOf(tools);
    }
}
