package dev.forebay.routing;

/** Settings of autoscaling for tests: the defaults but for what is named. */
final class Autoscales {
    private Autoscales() {}

    static Autoscale of(int min, int max) {
        return new Autoscale(min, max, 300, 300, 1800, 30, false, 0);
    }
}
