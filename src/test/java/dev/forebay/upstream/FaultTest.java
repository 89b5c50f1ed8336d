package dev.forebay.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.chat.RetryAdvice;
import dev.forebay.routing.Lease;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class FaultTest {
    @Test
    void tellsARefusedConnectionAndABusyServerFromOtherFailures() {
        assertEquals(
                Lease.Ended.UNREACHABLE,
                Fault.unreachable("a", new ConnectException()).verdict());
        assertEquals(Lease.Ended.UNREACHABLE, Fault.cut(null).verdict());
        assertEquals(Lease.Ended.FAILED, Fault.cutWhileHeld(null).verdict());
        assertEquals(Lease.Ended.UNKNOWN, Fault.lost(null).verdict());
        assertEquals(Lease.Ended.UNKNOWN, Fault.noConnection(1).verdict());
        assertEquals(Lease.Ended.BUSY, refused(429));
        assertEquals(Lease.Ended.FAILED, refused(503));
        assertEquals(Lease.Ended.SERVED, refused(400));
        assertEquals(Lease.Ended.FAILED, Fault.silent("no answer").verdict());
    }

    private static Lease.Ended refused(int status) {
        return Fault.refused(status, "", RetryAdvice.NONE).verdict();
    }
}
