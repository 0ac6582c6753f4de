package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;

/** To the reply reference of a call: who was asked is gone. The one message of Capstan's own that goes through Artery. */
public record CallDown(ExitReason reason) {}
