package io.capstan.registry.core;

import io.capstan.registry.core.NamesSimulationTest.Crowd;
import io.capstan.registry.core.owner.OwnersSimulationTest;
import io.capstan.testkit.sim.ManySeeds;

/** The simulations for hours: {@code ManySimulations CHUNKS [FIRST]}, in chunks of 200 seeds; see {@link ManySeeds}. */
final class ManySimulations {
    private ManySimulations() {}

    public static void main(String[] arguments) {
        ManySeeds seeds = new ManySeeds(
                new ManySeeds.Share(
                        "afterAnyFaultsAllNodesAgreeOnOneLivingOwner",
                        30,
                        trial -> NamesSimulationTest.torment(trial, false)),
                new ManySeeds.Share(
                        "whoMeetAgainKeepOneOfTheirOwnersAndTellTheOthers",
                        30,
                        trial -> NamesSimulationTest.torment(trial, true)),
                new ManySeeds.Share("withoutFaultsANameNeverHasTwoOwners", 20, NamesSimulationTest::calm),
                new ManySeeds.Share("ofClaimsAtOnceOneIsToldYesAndNoneRunsOutOfTime", 10, NamesSimulationTest::rush),
                new ManySeeds.Share(
                        "howeverManyWantOneNameNobodyRunsOutOfTime",
                        20,
                        trial -> NamesSimulationTest.crowd(trial, Crowd.UNDISTURBED)),
                new ManySeeds.Share(
                        "norWhereMessagesAreLostOnTheirWayThroughAThird",
                        20,
                        trial -> NamesSimulationTest.crowd(trial, Crowd.LOSSY)),
                new ManySeeds.Share(
                        "norAfterNodesWereHiddenFromEachOtherMeanwhile",
                        20,
                        trial -> NamesSimulationTest.crowd(trial, Crowd.FLICKERING)),
                new ManySeeds.Share("updatesWithoutEndLetWhoeverTakesOverThrough", 10, NamesSimulationTest::unending),
                new ManySeeds.Share(
                        "afterAnyFaultsAllNodesShowExactlyTheLivingMembers", 20, GroupsSimulationTest::torment),
                new ManySeeds.Share(
                        "afterAnyFaultsAllNodesKnowTheSameGroupsAndNothingIsLeftOfDeletedOnes",
                        10,
                        MarksSimulationTest::torment),
                new ManySeeds.Share(
                        "whatTheGroupLetsGoForSilenceNobodyHoldsAnyMore", 10, OwnersSimulationTest::torment));
        System.exit(seeds.run(arguments) == 0 ? 0 : 1);
    }
}
