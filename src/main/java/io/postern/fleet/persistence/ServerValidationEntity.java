package io.postern.fleet.persistence;

import io.postern.fleet.ServerValidation;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;

@Entity
@Table(name = "validation_server")
class ServerValidationEntity {
    @Id String server;

    @Version int version;

    long turn;
    int turns;
    int expectations;
    long revision;

    @Column(name = "next_at")
    Instant nextAt;

    @Column(name = "last_at")
    Instant lastAt;

    String note;

    void take(ServerValidation state) {
        server = state.server();
        turn = state.turn();
        turns = state.turns();
        expectations = state.expectations();
        revision = state.revision();
        nextAt = state.nextAt();
        lastAt = state.lastAt();
        note = state.note();
    }

    ServerValidation toState() {
        return new ServerValidation(
                server, turn, turns, expectations, revision, nextAt, lastAt, note);
    }
}
