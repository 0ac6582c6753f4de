/**
 * {@code capstan torture}: nodes as processes of their own, clients that use what users use, faults, and judges.
 *
 * <p>Read in this order: {@link io.capstan.bench.torture.TortureCommand} (what one can ask for), {@link
 * io.capstan.bench.torture.TortureRun} (how a run goes), {@link io.capstan.bench.torture.Client} and {@link
 * io.capstan.bench.torture.MemberDoor} (who asks, and through what), {@link io.capstan.bench.torture.Draw} (which faults), {@link
 * io.capstan.bench.torture.GroupOperator} (those that an operator plays), {@link io.capstan.bench.torture.InterruptedRun} (Ctrl-C);
 * then the packages: {@code node} is what runs in the other processes, {@code workload} what clients ask, {@code record}
 * what is written of it, {@code judge} what is made of that, {@code report} what people see.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.torture;
