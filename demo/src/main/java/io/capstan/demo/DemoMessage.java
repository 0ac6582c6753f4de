package io.capstan.demo;

/** Marks what the demo's processes send each other across nodes; bound to Pekko's Jackson CBOR serializer. */
public interface DemoMessage {}
