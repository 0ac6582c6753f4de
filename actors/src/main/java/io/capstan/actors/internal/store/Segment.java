package io.capstan.actors.internal.store;

/**
 * One write-ahead file between its first frame and its being moved into LMDB: how much of it is used, and how much is
 * promised to writes that wait. A write is accepted only when its file surely has room for it; so what was accepted is
 * written whatever else happens to the disk. Not thread-safe.
 */
final class Segment {
    private final int file;
    private final long blocks;
    private long position = 1;
    private long promised;

    Segment(int file, long blocks) {
        this.file = file;
        this.blocks = blocks;
    }

    int file() {
        return file;
    }

    /** The block where the next frame begins. */
    long position() {
        return position;
    }

    /** Promises so many blocks, if so many others stay free. */
    boolean promise(long wanted, long reserve) {
        if (wanted > 0 && position + promised + wanted > blocks - reserve) {
            return false;
        }
        promised += wanted;
        return true;
    }

    /** A frame was written for writes that had been promised so many blocks; together they often take fewer. */
    void written(long end, long kept) {
        position = end;
        promised -= kept;
    }
}
