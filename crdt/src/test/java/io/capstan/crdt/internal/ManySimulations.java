package io.capstan.crdt.internal;

import io.capstan.testkit.sim.ManySeeds;

/** The simulations for hours: {@code ManySimulations CHUNKS [FIRST]}, in chunks of 100 seeds; see {@link ManySeeds}. */
final class ManySimulations {
    private ManySimulations() {}

    public static void main(String[] arguments) {
        ManySeeds seeds = new ManySeeds(
                new ManySeeds.Share("afterTheHealAllNodesReadTheSumOfWhatWasAdded", 10, CounterSimulationTest::brief),
                new ManySeeds.Share("whatIsOnDiskCountsForEverAndOnce", 65, DurableSimulationTest::brief),
                new ManySeeds.Share("whatIsShownIsThereAndWhatIsThereIsShown", 25, OwnedRowsSimulationTest::live));
        System.exit(seeds.run(arguments) == 0 ? 0 : 1);
    }
}
