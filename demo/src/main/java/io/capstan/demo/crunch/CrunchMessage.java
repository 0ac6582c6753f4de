package io.capstan.demo.crunch;

/** Marks what travels between the processes of crunch; bound to Pekko's Jackson CBOR serializer. */
public interface CrunchMessage {}
