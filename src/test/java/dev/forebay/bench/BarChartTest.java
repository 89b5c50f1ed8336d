package dev.forebay.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class BarChartTest {
    @Test
    void everyBarHasItsLengthAndItsValueAsText() throws Exception {
        var svg = chart(false).svg();
        var bars = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                .getElementsByTagName("rect");

        assertEquals("110.0", ((Element) bars.item(0)).getAttribute("width"));
        assertEquals("440.0", ((Element) bars.item(1)).getAttribute("width"));
        assertTrue(svg.contains(">40 &lt;ms<"), svg);
    }

    @Test
    void theLeastValueStaysVisibleOnTheLogarithmicAxis() {
        assertTrue(chart(true).svg().contains("width=\"99.6\""), chart(true).svg());
    }

    @Test
    void numbersHaveThreeDigits() {
        assertEquals("0.0503", Report.number(0.05031));
        assertEquals("1.5", Report.number(1.5));
        assertEquals("12.3", Report.number(12.34));
        assertEquals("10,000", Report.number(10_000));
        assertEquals("-0.07", Report.number(-0.07));
        assertEquals("0", Report.number(0));
    }

    private static BarChart chart(boolean isLogarithmic) {
        var bars = List.of(
                new BarChart.Bar("a & b", 10, "10", BarChart.Kind.OURS),
                new BarChart.Bar("c", 40, "40 <ms", BarChart.Kind.OTHER));
        return new BarChart(
                "c.svg", "title", "subtitle", "footer", isLogarithmic, List.of(new BarChart.Group("", bars)));
    }
}
