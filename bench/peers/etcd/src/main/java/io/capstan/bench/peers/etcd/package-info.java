/** etcd, a server beside each member's process, and its clients. */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.peers.etcd;
