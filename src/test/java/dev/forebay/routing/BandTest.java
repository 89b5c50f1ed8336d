package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class BandTest {
    private final Band band = new Band(0);
    private final Deadlines deadlines = new Deadlines();

    @Test
    void nothingIsKeptOfATenantOnceNobodyOfItWaits() {
        for (var i = 0; i < 1000; i++) {
            var served = Tickets.of("served" + i).bytes(7).at(i);
            var left = Tickets.of("left" + i).bytes(7).at(i);
            var servedAt = band.add(served, deadlines.add(served));
            var leftAt = band.add(left, deadlines.add(left));
            assertEquals(2, band.tenants());
            band.serve(served, servedAt);
            band.remove(left, leftAt);
        }
        assertEquals(0, band.tenants());
        assertEquals(0, band.size());
        assertEquals(0, band.bytes());
        assertNull(band.arrivals.oldest());
        assertNull(band.next(new Fitting(_ -> true)));
    }

    @Test
    void aTenantStaysWhileOneOfItsRequestsWaits() {
        var first = Tickets.of("t").at(0);
        var again = Tickets.of("t").excluded("a/0").at(1);
        band.add(first, deadlines.add(first));
        band.serve(again, band.add(again, deadlines.add(again)));

        assertEquals(1, band.tenants());
        assertEquals(first, band.next(new Fitting(_ -> true)));
    }
}
