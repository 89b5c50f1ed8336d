package dev.forebay.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineReaderTest {
    private static final String LONG = "x".repeat(200_000);

    @Test
    void cutsLinesWhereverTheyEndAndKeepsTheLastOne() throws Exception {
        assertEquals(List.of("a", "", "bc", "d"), read("a\n\nbc\nd", 1000));
        assertEquals(List.of(LONG, "b"), read(LONG + "\nb\n", 200_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'jsonrpc':'2.0','id':7,'result':{'text':'LONG'}}; 7",
                "{'result':{'id':3,'text':'LONG \\' } ,'},'jsonrpc':'2.0','id':12}; 12",
                "{'result':[{'id':3},'LONG'], 'id' : '5' }; 5",
                "{'jsonrpc':'2.0','id':9,'method':'ping','params':{'x':'LONG'}}; 0",
                "{'jsonrpc':'2.0','result':{'id':4,'x':'LONG'}}; 0",
                "LONG; 0"
            })
    void findsTheIdOfAnAnswerThatIsTooLong(String line, long id) throws Exception {
        var text = line.replace('\'', '"').replace("LONG", LONG);
        assertEquals(List.of("too long " + id, "next"), read(text + "\nnext\n", 100_000));
    }

    private static List<String> read(String text, int max) throws Exception {
        var lines = new ArrayList<String>();
        new LineReader(max, new LineReader.Lines() {
                    @Override
                    public void line(byte[] bytes, int length) {
                        lines.add(new String(bytes, 0, length, StandardCharsets.UTF_8));
                    }

                    @Override
                    public void tooLong(long id) {
                        lines.add("too long " + id);
                    }
                })
                .readAll(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        return lines;
    }
}
