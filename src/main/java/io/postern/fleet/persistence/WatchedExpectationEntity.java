package io.postern.fleet.persistence;

import io.postern.fleet.Expectation;
import io.postern.fleet.ExpectationHistory;
import io.postern.fleet.ProbeEnding;
import io.postern.fleet.WatchedExpectation;
import io.postern.policy.Tier;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.stream.Collectors;

/** Account and computer are empty where none is proven, so that the key is unique. */
@Entity
@Table(name = "validation_expectation")
class WatchedExpectationEntity {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Version int version;

    String server;
    int port;
    String source;
    String account;
    String computer;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    Tier expected;

    @Column(name = "last_failed")
    boolean lastFailed;

    int fails;
    int passes;
    int unknowns;
    int confirmations;

    /** One instant a line. */
    @Column(name = "turned_at")
    String turnedAt;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    ProbeEnding ending;

    @Column(name = "asked_at")
    Instant askedAt;

    @Column(name = "finding_id")
    Long findingId;

    static String text(String name) {
        return name == null ? "" : name;
    }

    void take(WatchedExpectation watched) {
        Expectation about = watched.expectation();
        server = about.server();
        port = about.port();
        source = about.source();
        account = text(about.account());
        computer = text(about.computer());
        expected = watched.expected();
        lastFailed = watched.history().lastFailed();
        fails = watched.history().fails();
        passes = watched.history().passes();
        unknowns = watched.history().unknowns();
        confirmations = watched.history().confirmations();
        turnedAt =
                watched.history().turnedAt().stream()
                        .map(Instant::toString)
                        .collect(Collectors.joining("\n"));
        ending = watched.ending();
        askedAt = watched.askedAt();
        findingId = watched.findingId();
    }

    WatchedExpectation toWatched() {
        return new WatchedExpectation(
                new Expectation(
                        server,
                        port,
                        source,
                        account.isEmpty() ? null : account,
                        computer.isEmpty() ? null : computer),
                expected,
                new ExpectationHistory(
                        lastFailed,
                        fails,
                        passes,
                        unknowns,
                        confirmations,
                        turnedAt.lines().map(Instant::parse).toList()),
                ending,
                askedAt,
                findingId);
    }
}
