package dev.forebay.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.forebay.demo.Conversation.Done;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 25);
    private static final List<Tool> BUNDLED = ToolLists.of("bundled");
    private static final Tool WEATHER = tool("get_weather", "Get the weather", """
            {"type":"object","properties":{"city":{"type":"string"},"unit":{"type":"string","enum":["celsius","fahrenheit"]}},"required":["city"]}""");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            What time is it in Tokyo, and what is 17.5 % of 2,349? | current_time {"zone":"Asia/Tokyo"} calculate {"expression":"2349*17.5/100"}
            What time is it?                                       | current_time {}
            what's the time in new york and in paris               | current_time {"zone":"America/New_York"} current_time {"zone":"Europe/Paris"}
            How many days between 2026-01-01 and 2026-12-25?       | days_between {"from":"2026-01-01","to":"2026-12-25"}
            How many days until 25 December 2026?                  | days_between {"from":"2026-11-25","to":"2026-12-25"}
            Convert 14:30 from Tokyo to Paris                      | convert_time {"time":"14:30","from_zone":"Asia/Tokyo","to_zone":"Europe/Paris"}
            What is 3pm New York time in Berlin?                   | convert_time {"time":"15:00","from_zone":"America/New_York","to_zone":"Europe/Berlin"}
            What date is 90 days after 2026-01-01?                 | add_duration {"duration":"P90D","start":"2026-01-01"}
            What date was 3 weeks before 2026-03-01?               | add_duration {"duration":"-P3W","start":"2026-03-01"}
            how many miles is 42 km?                               | convert_units {"value":42,"from":"km","to":"miles"}
            (3 + 4) * 12.5 - 6 / 2                                 | calculate {"expression":"(3+4)*12.5-6/2"}
            What is 12 times 12 and 2 to the power of 10?          | calculate {"expression":"12*12"} calculate {"expression":"2^10"}
            list files in reports                                  | list_files {"folder":"reports"}
            Read README.md and tell me the time in London          | read_file {"path":"README.md"} current_time {"zone":"Europe/London"}
            Write "hello world" to hello.txt                       | write_file {"path":"hello.txt","text":"hello world"}
            Search files for milk                                  | search_files {"text":"milk"}
            get the note groceries                                 | get_note {"key":"groceries"}
            delete the note groceries                              | delete_note {"key":"groceries"}
            what notes do I have?                                  | list_notes {}
            Remember that the wifi password is hunter2             | save_note {"key":"wifi-password-hunter2","text":"wifi password is hunter2"}
            """)
    void callsTheBundledTools(String message, String calls) {
        assertEquals(calls, planned(BUNDLED, message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            everything | echo hello world                     | echo {"message":"hello world"}
            everything | Use the echo tool to say "hi there"  | echo {"message":"hi there"}
            everything | What is 17 plus 25?                  | get-sum {"a":17,"b":25}
            everything | Use get-sum with a=3 and b=4         | get-sum {"a":3,"b":4}
            everything | get a tiny image                     | get-tiny-image {}
            everything | Run a long running operation of 3 seconds with 2 steps | trigger-long-running-operation {"duration":3,"steps":2}
            everything | get an annotated message of type error with image | get-annotated-message {"messageType":"error","includeImage":true}
            filesystem | list the directory /tmp/work         | list_directory {"path":"/tmp/work"}
            filesystem | read /tmp/a.txt and /tmp/b.txt       | read_text_file {"path":"/tmp/a.txt"} read_text_file {"path":"/tmp/b.txt"}
            filesystem | move /tmp/a.txt to /tmp/c.txt        | move_file {"source":"/tmp/a.txt","destination":"/tmp/c.txt"}
            filesystem | search for *.txt in /tmp/work        | search_files {"path":"/tmp/work","pattern":"*.txt"}
            memory     | read the graph                       | read_graph {}
            memory     | search nodes for Alice               | search_nodes {"query":"Alice"}
            memory     | open the nodes Alice and Bob         | open_nodes {"names":["Alice","Bob"]}
            memory     | Create an entity called Alice of type person with observations likes tea, plays chess | create_entities {"entities":[{"name":"Alice","entityType":"person","observations":["likes tea","plays chess"]}]}
            """)
    void callsToolsOfPublicServers(String server, String message, String calls) {
        assertEquals(calls, planned(ToolLists.of(server), message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            What's the weather in Paris?          | get_weather {"city":"Paris"}
            weather in paris in celsius please    | get_weather {"city":"paris","unit":"celsius"}
            Is it going to rain in New York?      | get_weather {"city":"New York"}
            What's the weather in Paris and Rome? | get_weather {"city":"Paris"} get_weather {"city":"Rome"}
            """)
    void callsAFunctionOfTheClient(String message, String calls) {
        assertEquals(calls, planned(List.of(WEATHER), message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Tell me a joke",
                "Write a poem about the sea",
                "How are you?",
                "What's the weather?",
                "What is the capital of France?",
                "write a function that adds two numbers",
                "Delete everything",
                "Translate hello into German"
            })
    void callsNothingThatDoesNotFitOrCannotBeFilled(String message) {
        var tools = new ArrayList<>(BUNDLED);
        tools.add(WEATHER);
        assertEquals("", planned(tools, message));
    }

    @Test
    void findsTheSameToolsAmongThoseOfFourServers() {
        var tools = ToolLists.of("bundled", "everything", "filesystem", "memory");
        assertEquals(
                "current_time {\"zone\":\"Asia/Tokyo\"} calculate {\"expression\":\"2349*17.5/100\"}",
                planned(tools, "What time is it in Tokyo, and what is 17.5 % of 2,349?"));
    }

    @Test
    void whatComesThenWaitsForWhatComesFirst() {
        assertEquals(
                List.of("save_note {\"key\":\"groceries\",\"text\":\"milk and eggs\"}", "list_notes {}"),
                rounds(BUNDLED, "Save a note called groceries: milk and eggs, then list my notes", "ok"));
    }

    @Test
    void aResultIsPassedOnToTheNextCall() {
        assertEquals(
                List.of("calculate {\"expression\":\"3*4\"}", "save_note {\"key\":\"calc\",\"text\":\"12\"}"),
                rounds(BUNDLED, "Save the result of 3*4 in a note called calc", "12"));
        assertEquals(
                List.of("calculate {\"expression\":\"3+4\"}", "calculate {\"expression\":\"7*10\"}"),
                rounds(BUNDLED, "What is 3 + 4, then multiply it by 10", "7"));
    }

    @Test
    void whatWasWrittenCanBeReadByPronoun() {
        assertEquals(
                List.of(
                        "write_file {\"path\":\"notes/today.md\",\"text\":\"buy milk\",\"mode\":\"create\"}",
                        "read_file {\"path\":\"notes/today.md\"}"),
                rounds(BUNDLED, "Create a file notes/today.md with the text buy milk, then read it", "ok"));
    }

    @Test
    void theResultOfAFailedCallIsNotPassedOn() {
        assertEquals(
                List.of("read_file {\"path\":\"a.txt\"}"),
                rounds(BUNDLED, "Read a.txt, then save the result as a note called copy", "Error: no such file"));
    }

    @Test
    void noCallIsMadeTwice() {
        var once = List.of("echo {\"message\":\"hi\"}");
        assertEquals(once, rounds(ToolLists.of("everything"), "echo hi and echo hi", "hi"));
        var arguments = JsonNodeFactory.instance.objectNode().put("a", 3.0).put("b", 4);
        var done = List.of(new Done("get-sum", arguments, "7"));
        var again = new Planner(ToolLists.of("everything"), TODAY)
                .plan(new Conversation("add 3 and 4", 0, done), new ToolChoice.Auto(), true);
        assertEquals(List.of(), again.calls());
    }

    @Test
    void withoutParallelCallsThereIsOneATurn() {
        var chat = new Conversation("What time is it in Tokyo, and what is 2 + 2?", 0, List.of());
        var plan = new Planner(BUNDLED, TODAY).plan(chat, new ToolChoice.Auto(), false);
        assertEquals(
                List.of("current_time"),
                plan.calls().stream().map(Plan.Call::name).toList());
    }

    @Test
    void requiredCallsTheBestFitWithMadeUpArguments() {
        var plan = new Planner(List.of(WEATHER), TODAY)
                .plan(new Conversation("Tell me a joke", 0, List.of()), new ToolChoice.Required(), true);
        assertEquals("get_weather", plan.calls().getFirst().name());
        assertTrue(plan.calls().getFirst().arguments().path("city").isTextual());
    }

    @Test
    void aNamedToolIsCalledWithWhatTheMessageSays() {
        var plan = new Planner(BUNDLED, TODAY)
                .plan(new Conversation("in Oslo", 0, List.of()), new ToolChoice.Named(BUNDLED.getFirst()), true);
        assertEquals("current_time", plan.calls().getFirst().name());
        assertEquals(
                "Europe/Oslo", plan.calls().getFirst().arguments().path("zone").asText());
    }

    @Test
    void noneCallsNothing() {
        var plan = new Planner(BUNDLED, TODAY)
                .plan(new Conversation("What time is it?", 0, List.of()), new ToolChoice.None(), true);
        assertEquals(List.of(), plan.calls());
    }

    @Test
    void aLabelBeforeTheNameDoesNotHideATool() {
        var labelled = BUNDLED.stream()
                .map(tool -> Tool.of("my_server__" + tool.name(), tool.description(), tool.schema()))
                .toList();
        assertEquals("my_server__list_notes {}", planned(labelled, "list my notes"));
    }

    private static Tool tool(String name, String description, String schema) {
        return Tool.of(name, description, Json.parse(schema).orElseThrow());
    }

    private static String planned(List<Tool> tools, String message) {
        var plan = new Planner(tools, TODAY).plan(new Conversation(message, 0, List.of()), new ToolChoice.Auto(), true);
        return told(plan);
    }

    private static String told(Plan plan) {
        return String.join(
                " ",
                plan.calls().stream()
                        .map(call -> call.name() + " " + call.arguments())
                        .toList());
    }

    /** The calls of each turn, until there are none. */
    private static List<String> rounds(List<Tool> tools, String message, String result) {
        var rounds = new ArrayList<String>();
        var done = new ArrayList<Done>();
        while (rounds.size() < 10) {
            var plan = new Planner(tools, TODAY).plan(new Conversation(message, 0, done), new ToolChoice.Auto(), true);
            if (plan.calls().isEmpty()) {
                break;
            }
            rounds.add(told(plan));
            plan.calls().forEach(call -> done.add(new Done(call.name(), call.arguments(), result)));
        }
        return rounds;
    }
}
