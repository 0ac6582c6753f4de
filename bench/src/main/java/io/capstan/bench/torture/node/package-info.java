/**
 * A process under torture: a Capstan node, and a door through which its clients ask for what users would. {@link
 * io.capstan.bench.torture.node.MemberMain} is the process, {@link io.capstan.bench.torture.node.OperationsDoor} reads a
 * request from each line of standard input and answers with a line, and there is one service for each workload.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.torture.node;
