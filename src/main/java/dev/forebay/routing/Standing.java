package dev.forebay.routing;

/** Where a ticket stands in a {@link WaitingLine}: all that it takes to leave without a search. */
record Standing(
        Band band, Tenant tenant, Tenant.Row row, Arrivals.Link inBand, Arrivals.Link inRow, Deadlines.Due due) {}
