package io.capstan.crdt.internal;

import io.capstan.testkit.sim.ManySeeds;

/** The simulations for hours: {@code ManySimulations CHUNKS [FIRST]}, in chunks of 100 seeds; see {@link ManySeeds}. */
final class ManySimulations {
    private ManySimulations() {}

    public static void main(String[] arguments) {
        ManySeeds seeds = new ManySeeds(
                new ManySeeds.Share("afterTheHealAllNodesReadTheSumOfWhatWasAdded", 20, CounterSimulationTest::brief),
                new ManySeeds.Share("whatIsOnDiskCountsForEverAndOnce", 40, DurableSimulationTest::live),
                new ManySeeds.Share("whatIsShownIsThereAndWhatIsThereIsShown", 40, OwnedRowsSimulationTest::live));
        System.exit(seeds.run(arguments) == 0 ? 0 : 1);
    }
}
