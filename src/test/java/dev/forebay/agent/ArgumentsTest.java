package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.forebay.agent.Arguments.Checked;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a model wrote becomes valid arguments that say the same, or an explanation. */
class ArgumentsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode ANY = ScriptedTools.json("{'type':'object'}");
    private static final JsonNode TYPED = ScriptedTools.json("{'type':'object','properties':{"
            + "'n':{'type':'integer'},'x':{'type':'number'},'b':{'type':'boolean'},'s':{'type':'string'},"
            + "'tags':{'type':'array','items':{'type':'string'}},'ids':{'type':'array','items':{'type':'integer'}},"
            + "'o':{'type':'object','properties':{'k':{'type':'integer'}}},"
            + "'maybe':{'anyOf':[{'type':'integer'},{'type':'null'}]},"
            + "'e':{'enum':['fast','safe']},'r':{'$ref':'#/$defs/count'},'either':{'type':['string','integer']}},"
            + "'$defs':{'count':{'type':'integer'}},'additionalProperties':false}");
    private final Arguments arguments = new Arguments(new Schemas());

    @Test
    void takesValidArgumentsAsTheyStand() {
        assertEquals("{\"n\":5}", valid("{\"n\": 5}", TYPED));
    }

    @Test
    void takesNothingForNoArguments() {
        assertEquals("{}", valid("", ANY));
        assertEquals("{}", valid(" \n", ANY));
    }

    @Test
    void takesOffCodeFences() {
        assertEquals("{\"n\":5}", valid("```json\n{\"n\":5}\n```", TYPED));
        assertEquals("{\"n\":5}", valid("```\n{\"n\":5}```", TYPED));
        assertEquals("{\"n\":5}", valid("```{\"n\":5}```", TYPED));
    }

    @Test
    void unwrapsJsonInsideAString() {
        assertEquals("{\"n\":5}", valid("\"{\\\"n\\\":5}\"", TYPED));
        assertEquals("{\"o\":{\"k\":1}}", valid("{\"o\":\"{\\\"k\\\":1}\"}", TYPED));
        assertEquals("{\"tags\":[\"a\"]}", valid("{\"tags\":\"[\\\"a\\\"]\"}", TYPED));
    }

    @Test
    void closesBracketsAfterAValueThatIsWhole() {
        assertEquals("{\"s\":\"x\"}", valid("{\"s\":\"x\"", TYPED));
        assertEquals("{\"o\":{\"k\":1}}", valid("{\"o\":{\"k\":1}", TYPED));
        assertEquals("{\"tags\":[\"a\"]}", valid("{\"tags\":[\"a\"", TYPED));
        assertEquals("{\"b\":true}", valid("{\"b\":true", TYPED));
    }

    @Test
    void neverGuessesHowAValueWouldHaveGoneOn() {
        invalid("{\"s\":\"/tmp/fo", ANY);
        invalid("{\"n\":1", ANY);
        invalid("{\"n\":1,", ANY);
        invalid("{\"n\":", ANY);
        invalid("{\"n\"", ANY);
        invalid("{\"b\":tru", ANY);
        invalid("{", ANY);
        invalid("{\"tags\":[", ANY);
        invalid("{\"s\":\"a\\", ANY);
    }

    @Test
    void fitsValuesThatAreRightButOfTheWrongType() {
        assertEquals("{\"n\":5}", valid("{\"n\":\"5\"}", TYPED));
        assertEquals("{\"x\":-1.50}", valid("{\"x\":\"-1.50\"}", TYPED));
        assertEquals("{\"b\":true}", valid("{\"b\":\"true\"}", TYPED));
        assertEquals("{\"tags\":[\"a\"]}", valid("{\"tags\":\"a\"}", TYPED));
        assertEquals("{\"ids\":[5]}", valid("{\"ids\":\"5\"}", TYPED));
        assertEquals("{\"ids\":[1,2]}", valid("{\"ids\":[\"1\",2]}", TYPED));
        assertEquals("{\"maybe\":3}", valid("{\"maybe\":\"3\"}", TYPED));
        assertEquals("{\"r\":3}", valid("{\"r\":\"3\"}", TYPED));
    }

    @Test
    void leavesValuesAloneThatTheSchemaTakes() {
        assertEquals("{\"either\":\"5\"}", valid("{\"either\":\"5\"}", TYPED));
        assertEquals("{\"s\":\"5\"}", valid("{\"s\":\"5\"}", TYPED));
        assertEquals("{\"n\":5.0}", valid("{\"n\":5.0}", TYPED));
    }

    @Test
    void doesNotFitWhatIsNotTheSameValue() {
        invalid("{\"n\":\"5 apples\"}", TYPED);
        invalid("{\"n\":\"5.5\"}", TYPED);
        invalid("{\"n\":\"0x10\"}", TYPED);
        invalid("{\"b\":\"yes\"}", TYPED);
        invalid("{\"b\":1}", TYPED);
        invalid("{\"s\":5}", TYPED);
        invalid("{\"n\":null}", TYPED);
        invalid("{\"tags\":\"[\\\"a\\\"\"}", TYPED);
    }

    @Test
    void keepsNumbersToTheirLastDigit() {
        assertEquals("{\"x\":0.1000000000000000000000001}", valid("{\"x\":0.1000000000000000000000001}", TYPED));
        assertEquals("{\"n\":123456789012345678901234567890}", valid("{\"n\":123456789012345678901234567890}", TYPED));
    }

    @Test
    void saysWhereWhatWasExpectedAndWhatWasThere() {
        assertEquals(
                "at /ids/1: expected integer, got \"two\"; at /e: expected one of [\"fast\",\"safe\"], got \"slow\"",
                invalid("{\"ids\":[1,\"two\"],\"e\":\"slow\"}", TYPED));
        assertEquals(
                "at the top level: unknown property \"tag\"; did you mean \"tags\"?", invalid("{\"tag\":[]}", TYPED));
        assertEquals(
                "at the top level: the property \"a\" is missing",
                invalid("{}", ScriptedTools.json("{'type':'object','required':['a']}")));
    }

    @Test
    void saysWhereJsonBreaks() {
        assertTrue(invalid("{\"a\": nope}", ANY).startsWith("the arguments are not one JSON object: "));
        assertTrue(invalid("{\"a\": nope}", ANY).contains("line 1"));
        assertTrue(invalid("[1]", ANY).contains("must be one JSON object"));
        assertTrue(invalid("5", ANY).contains("must be one JSON object"));
    }

    @Test
    void saysWhatIsWrongInWordsOfItsOwn() {
        var but = "the arguments are not one JSON object: ";
        for (var told : Map.of(
                        "{\"a\": nope}", "no JSON at line 1, column 7, near nope}",
                        "{\"a\" \"b\"}", "no JSON at line 1, column 6, near \"b\"}",
                        "{'a': 1}", "no JSON at line 1, column 2, near {'a': 1}",
                        "{\"a\":\"b\nc\"}",
                                "a line break or another control character in a string is not escaped at line 1, column 8",
                        "{\"a\": \"b", "it ends before it is complete",
                        "{\"a\":1} {\"b\":2}", "more follows after the first value at line 1, column 9",
                        "{\"n\":1,\"n\":2}", "the key \"n\" stands twice at line 1, column 11")
                .entrySet()) {
            assertTrue(
                    invalid(told.getKey(), ANY).startsWith(but + told.getValue() + "; got "),
                    () -> told + " but was " + invalid(told.getKey(), ANY));
        }
    }

    @Test
    void refusesAKeyThatStandsTwice() {
        invalid("{\"n\":1,\"n\":2}", TYPED);
    }

    @Test
    void refusesMoreThanOneValue() {
        invalid("{}{\"n\":1}", TYPED);
        invalid("{\"n\":1} and then", TYPED);
    }

    @Test
    void boundsDepthAndSize() {
        invalid("{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}", ANY);
        invalid("{\"a\":\"" + "x".repeat(300_000) + "\"}", ANY);
        assertTrue(invalid("{\"s\":5,\"tags\":7,\"n\":\"" + "y".repeat(5000) + "\"}", TYPED)
                        .length()
                < 1000);
    }

    @Test
    void respectsTheDialectThatASchemaNames() {
        var draft7 = "{'$schema':'http://json-schema.org/draft-07/schema#','type':'object',"
                + "'properties':{'a':{'items':[{'type':'string'}]}}}";
        assertTrue(invalid("{\"a\":[1]}", ScriptedTools.json(draft7)).contains("/a/0"));
        var tuple = "{'type':'object','properties':{'a':{'prefixItems':[{'type':'string'}]}}}";
        assertTrue(invalid("{\"a\":[1]}", ScriptedTools.json(tuple)).contains("/a/0"));
    }

    @Test
    void neverLoadsASchemaFromElsewhere() {
        for (var address :
                new String[] {"https://evil.example/s.json", "file:///etc/passwd", "classpath:logback.xml"}) {
            var schema = ScriptedTools.json("{'type':'object','properties':{'a':{'$ref':'" + address + "'}}}");
            assertTrue(invalid("{\"a\":1}", schema).contains("cannot be used"), address);
        }
    }

    @Test
    void neverRunsAToolWhoseSchemaCannotBeUsed() {
        invalid("{}", ScriptedTools.json("{'type':'object','properties':{'a':{'pattern':'((('}}}"));
        invalid("{}", ScriptedTools.json("{'$schema':'https://evil.example/meta','type':'object'}"));
        invalid("{\"a\":1}", ScriptedTools.json("{'type':'object','allOf':[{'$ref':'#'}]}"));
    }

    @Test
    void givesUpOnAPatternThatTakesForEver() {
        var schema = ScriptedTools.json("{'type':'object','properties':{'s':{'pattern':'^a*a*a*a*a*a*$'}}}");
        assertTrue(invalid("{\"s\":\"" + "a".repeat(200) + "!\"}", schema).contains("reasonable time"));
    }

    @Test
    void givesUpOnASchemaWhoseReferencesMultiply() {
        var definitions = new StringBuilder("'a12':{'type':'object'}");
        for (var i = 0; i < 12; i++) {
            var next = ("{'$ref':'#/$defs/a" + (i + 1) + "'},").repeat(10);
            definitions.append(",'a" + i + "':{'allOf':[" + next.substring(0, next.length() - 1) + "]}");
        }
        var schema = ScriptedTools.json("{'$ref':'#/$defs/a0','type':'object','$defs':{" + definitions + "}}");
        assertTrue(invalid("{\"a\":1}", schema).contains("reasonable time"));
    }

    @Test
    void doesNotMixUpSchemasWithTheSameId() {
        var one = "{'$id':'https://x/s','type':'object','properties':{'a':{'type':'string'}}}";
        var two = "{'$id':'https://x/s','type':'object','properties':{'a':{'type':'integer'}}}";
        assertEquals("{\"a\":\"x\"}", valid("{\"a\":\"x\"}", ScriptedTools.json(one)));
        invalid("{\"a\":\"x\"}", ScriptedTools.json(two));
    }

    @Test
    void goesBackIntoTheHistoryAsAJsonObjectAlways() throws Exception {
        for (var text : new String[] {"", "{", "[1]", "nope", "{\"a\":1}", "```{\"a\":1}```", "\"{}\"", "\ud800"}) {
            assertTrue(JSON.readTree(Arguments.forHistory(text)).isObject(), text);
        }
        assertEquals("{ \"a\": 1 }", Arguments.forHistory("{ \"a\": 1 }"));
    }

    /** Whatever is cut, doubled, or changed in a text: what comes out says nothing that the text does not say. */
    @Test
    void neverYieldsWhatTheTextDidNotSay() throws Exception {
        var random = new Random(42);
        var yielded = 0;
        for (var i = 0; i < 6_000; i++) {
            var text = mangled(sample(random), random);
            if (arguments.check(text, TYPED) instanceof Checked.Valid(var read)) {
                yielded++;
                for (var member : read.properties()) {
                    assertTrue(text.contains(member.getKey()), text + " -> " + read);
                    for (var word : member.getValue().toString().split("[^A-Za-z0-9.]+", -1)) {
                        assertTrue(word.isEmpty() || wordsOf(text).contains(" " + word + " "), text + " -> " + read);
                    }
                }
            }
        }
        assertTrue(yielded > 300, "only " + yielded);
    }

    private static String wordsOf(String text) {
        return " " + String.join(" ", text.replaceAll("\\\\+n", " ").split("[^A-Za-z0-9.]+", -1)) + " ";
    }

    private static String sample(Random random) {
        var json = JSON.createObjectNode();
        if (random.nextBoolean()) {
            json.put("n", random.nextInt(100000));
        }
        if (random.nextBoolean()) {
            json.put("s", "word" + random.nextInt(1000));
        }
        if (random.nextBoolean()) {
            json.putArray("ids").add(random.nextInt(1000)).add(String.valueOf(random.nextInt(1000)));
        }
        if (random.nextBoolean()) {
            json.put("b", String.valueOf(random.nextBoolean()));
        }
        if (random.nextBoolean()) {
            json.putObject("o").put("k", random.nextInt(50));
        }
        return json.toString();
    }

    private static String mangled(String text, Random random) {
        var mangled = text;
        for (var i = random.nextInt(3); i > 0 && !mangled.isEmpty(); i--) {
            var at = random.nextInt(mangled.length());
            mangled = switch (random.nextInt(7)) {
                case 0 -> mangled.substring(0, at);
                case 1 -> mangled.substring(0, at) + mangled.substring(at + 1);
                case 2 -> mangled.substring(0, at) + "{}[]\",:\\1 ".charAt(random.nextInt(10)) + mangled.substring(at);
                case 3 -> "```json\n" + mangled + "\n```";
                case 4 -> JSON.valueToTree(mangled).toString();
                case 5 -> mangled + mangled;
                default -> mangled.substring(at);
            };
        }
        return mangled;
    }

    private String valid(String text, JsonNode schema) {
        return assertInstanceOf(Checked.Valid.class, arguments.check(text, schema))
                .arguments()
                .toString();
    }

    private String invalid(String text, JsonNode schema) {
        return assertInstanceOf(Checked.Invalid.class, arguments.check(text, schema), text)
                .complaint();
    }
}
