package io.capstan.raft.core;

import io.capstan.testkit.sim.ManySeeds;

/** The simulations for hours: {@code ManySimulations CHUNKS [FIRST]}, in chunks of 500 seeds; see {@link ManySeeds}. */
final class ManySimulations {
    private ManySimulations() {}

    public static void main(String[] arguments) {
        ManySeeds seeds = new ManySeeds(
                new ManySeeds.Share("threeMembersKeepEveryPromise", 150, SimulationTest::three),
                new ManySeeds.Share("fourToSevenMembersDoToo", 50, SimulationTest::many),
                new ManySeeds.Share("membersComeAndGo", 130, SimulationTest::churn),
                new ManySeeds.Share("anOldLeaderMisleadsNobody", 130, SimulationTest::trouble),
                new ManySeeds.Share("aMajorityThatHearsEachOtherIsServed", 40, SimulationTest::clique));
        System.exit(seeds.run(arguments) == 0 ? 0 : 1);
    }
}
