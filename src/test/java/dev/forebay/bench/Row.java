package dev.forebay.bench;

/** What is measured, with its unit. */
enum Row {
    READY("second start until ready", "ms"),
    FIRST_P50("first 500 requests after ready, at 100/s: median", "ms"),
    FIRST_P99("first 500 requests after ready, at 100/s: p99", "ms"),
    LATENCY_1000("1,000/s: median", "ms"),
    LATENCY_1000_P99("1,000/s: p99", "ms"),
    CPU_1000("1,000/s: CPU a request", "µs"),
    LATENCY_4000("4,000/s: median", "ms"),
    LATENCY_4000_P99("4,000/s: p99", "ms"),
    CPU_4000("4,000/s: CPU a request", "µs"),
    SATURATED("saturated: requests a second", "/s"),
    CPU_SATURATED("saturated: CPU a request", "µs"),
    TRANSIT_100("100 streams: a chunk on its way, median", "ms"),
    TRANSIT_100_P99("100 streams: a chunk on its way, p99", "ms"),
    CHUNK_100("100 streams: CPU a chunk", "µs"),
    TRANSIT_1000("1,000 streams: a chunk on its way, median", "ms"),
    CHUNK_1000("1,000 streams: CPU a chunk", "µs"),
    AGENT_CHUNK_100("100 streams in the agent lane: CPU a chunk", "µs"),
    AGENT_ROUND("an agent's round beside model and tool", "ms"),
    STREAMS("streams at once without a lost frame", ""),
    RESIDENT_1000("resident after 1,000 requests", "MiB"),
    RESIDENT_STREAMS("resident with all those streams open", "MiB"),
    GONE_STREAM_P50("client gone to upstream reset, stream: median", "ms"),
    GONE_STREAM_P99("client gone to upstream reset, stream: p99", "ms"),
    GONE_WHOLE_P50("client gone to upstream reset, whole answer: median", "ms"),
    GONE_WHOLE_P99("client gone to upstream reset, whole answer: p99", "ms"),
    GONE_AGENT_P50("client gone to upstream reset, agent lane: median", "ms"),
    GONE_AGENT_P99("client gone to upstream reset, agent lane: p99", "ms"),
    ALLOCATED_REQUEST("allocated a request", "KiB"),
    ALLOCATED_CHUNK("allocated a chunk, 100 streams", "KiB"),
    ALLOCATED_AGENT_CHUNK("allocated a chunk in the agent lane", "KiB"),
    TOP_RATE("highest rate served without a failure", "/s"),
    TOP_RATE_LATENCY("at that rate: median", "ms"),
    TOP_RATE_P99("at that rate: p99", "ms"),
    TOP_RATE_CPU("at that rate: CPU a request", "µs");

    final String title;
    final String unit;

    Row(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    /** Rows about the highest rate are for what cannot do the usual ones. */
    boolean isOfEvery() {
        return !name().startsWith("TOP_RATE");
    }

    String label() {
        return unit.isEmpty() || unit.equals("/s") ? title : title + ", " + unit;
    }
}
