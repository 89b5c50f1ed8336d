package dev.forebay.routing;

/** One of a deployment's nodepools: its replicas, what the scaler wants of it, what its configuration says. */
record Place(Fleet fleet, Target target, Capacity capacity) {
    String nodepool() {
        return capacity.nodepool();
    }
}
