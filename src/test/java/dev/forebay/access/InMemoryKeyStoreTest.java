package dev.forebay.access;

class InMemoryKeyStoreTest implements KeyStoreContract {
    private final KeyStore store = new InMemoryKeyStore();

    @Override
    public KeyStore store() {
        return store;
    }
}
