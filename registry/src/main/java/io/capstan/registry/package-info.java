/** Names and groups. */
@org.jspecify.annotations.NullMarked
package io.capstan.registry;
