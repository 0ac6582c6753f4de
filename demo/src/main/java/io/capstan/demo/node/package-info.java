/**
 * What runs inside {@code capstan node}: a node, its four services, processes to play with, and the HTTP door.
 *
 * <p>Read in this order: {@link io.capstan.demo.node.DemoNode} (the whole), {@link io.capstan.demo.node.Clerk} (the
 * process that demo names and groups are made of), then one class of routes per service.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.demo.node;
