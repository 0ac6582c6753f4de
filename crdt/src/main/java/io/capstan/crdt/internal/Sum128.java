package io.capstan.crdt.internal;

/** A sum in 128 bits: it may leave 64 bits and come back. */
record Sum128(long high, long low) {
    static final Sum128 ZERO = new Sum128(0, 0);

    static Sum128 of(long sum) {
        return new Sum128(sum >> 63, sum);
    }

    boolean fits() {
        return high == low >> 63;
    }

    Sum128 plus(long delta) {
        long newLow = low + delta;
        long carry = Long.compareUnsigned(newLow, low) < 0 ? 1 : 0;
        return new Sum128(high + (delta >> 63) + carry, newLow);
    }

    /**
     * The sum in 64 bits.
     *
     * @throws ArithmeticException when it does not fit
     */
    long exact() {
        if (!fits()) {
            throw new ArithmeticException("long overflow");
        }
        return low;
    }
}
