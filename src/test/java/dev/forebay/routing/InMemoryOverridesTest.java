package dev.forebay.routing;

class InMemoryOverridesTest implements OverridesContract {
    private final Overrides store = new InMemoryOverrides();

    @Override
    public Overrides store() {
        return store;
    }
}
