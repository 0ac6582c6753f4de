package io.capstan.crdt.internal;

/** What gathers changes at memory speed until the counters' actor flushes it. */
sealed interface Gathered permits Cells, WindowCells, EscrowCells {}
