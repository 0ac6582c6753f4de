package io.capstan.demo.crunch;

import io.capstan.demo.DemoMessage;

/** Marks what travels between the processes of crunch. */
public interface CrunchMessage extends DemoMessage {}
