package io.capstan.registry;

/** This node stands by for the one process of a name ({@link AvailableNames#keepOne}), and runs it when it is its turn. */
public interface Standby extends AutoCloseable {
    /** Stands by no more; if the process runs here it is stopped, and another standby starts one. */
    @Override
    void close();
}
