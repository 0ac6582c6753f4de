package io.capstan.registry.internal;

import com.typesafe.config.Config;
import io.capstan.crdt.core.TableSettings;
import io.capstan.crdt.internal.CrdtSettings;
import io.capstan.registry.core.NamesTiming;
import java.time.Duration;

/**
 * What {@code capstan.registry} says; the keys are described in {@code reference.conf}.
 *
 * @param table for the tables of names and of groups
 * @param timing the bounds of waiting of claims
 * @param undecidedMax requests about names under way
 * @param namesMax names shown
 * @param timeoutMax longest deadline
 * @param nameMonitorsMax monitors of names
 * @param membershipsMax memberships of this node's processes
 * @param monitorsMax monitors of groups
 * @param deletionKept how long, at least, a created group's deletion is remembered
 * @param keepOne of standbys
 * @param consistent of consistent names
 */
public record RegistrySettings(
        TableSettings table,
        NamesTiming timing,
        int undecidedMax,
        int namesMax,
        Duration timeoutMax,
        int nameMonitorsMax,
        int membershipsMax,
        int monitorsMax,
        Duration deletionKept,
        KeepOneSettings keepOne,
        OwnersSettings consistent) {
    private static final Duration TIMEOUT_LIMIT = Duration.ofDays(1);

    public RegistrySettings {
        require(undecidedMax > 0, "names.undecided-max", "at least 1", undecidedMax);
        require(namesMax > 0, "names.names-max", "at least 1", namesMax);
        require(
                !timeoutMax.isNegative() && !timeoutMax.isZero() && timeoutMax.compareTo(TIMEOUT_LIMIT) <= 0,
                "names.timeout-max",
                "above 0 and at most a day",
                timeoutMax);
        require(nameMonitorsMax > 0, "names.monitors-max", "at least 1", nameMonitorsMax);
        require(membershipsMax > 0, "groups.memberships-max", "at least 1", membershipsMax);
        require(monitorsMax > 0, "groups.monitors-max", "at least 1", monitorsMax);
        require(deletionKept.toMillis() >= 100, "groups.deletion-kept", "at least 100ms", deletionKept);
        require(
                keepOne.claimWithin().compareTo(timeoutMax) <= 0,
                "keep-one.claim-within",
                "at most names.timeout-max, " + timeoutMax,
                keepOne.claimWithin());
    }

    /** Reads a node's whole configuration. */
    public static RegistrySettings fromConfig(Config config) {
        Config names = config.getConfig("capstan.registry.names");
        Config groups = config.getConfig("capstan.registry.groups");
        return new RegistrySettings(
                CrdtSettings.table(config, TableSettings.Departed.HIDE),
                new NamesTiming(
                        millis(names, "arbiter-silence", 1),
                        millis(names, "ask-again", 1),
                        millis(names, "alone-wait", 0),
                        underWayMax(names)),
                names.getInt("undecided-max"),
                names.getInt("names-max"),
                names.getDuration("timeout-max"),
                names.getInt("monitors-max"),
                groups.getInt("memberships-max"),
                groups.getInt("monitors-max"),
                groups.getDuration("deletion-kept"),
                KeepOneSettings.fromConfig(config),
                OwnersSettings.fromConfig(config));
    }

    private static int underWayMax(Config names) {
        int value = names.getInt("under-way-max");
        require(value > 0, "names.under-way-max", "at least 1", value);
        return value;
    }

    private static long millis(Config names, String key, long min) {
        Duration value = names.getDuration(key);
        require(value.toMillis() >= min, "names." + key, "at least " + min + "ms", value);
        return value.toMillis();
    }

    private static void require(boolean holds, String key, String limit, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("capstan.registry." + key + " is " + limit + ", got " + value);
        }
    }
}
