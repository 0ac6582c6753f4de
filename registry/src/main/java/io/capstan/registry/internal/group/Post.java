package io.capstan.registry.internal.group;

import io.capstan.registry.core.GroupKey;

/** A message for all members of a group that the receiving node has; {@link PostSerializer} tells how it travels. */
record Post(GroupKey group, Object message) {}
