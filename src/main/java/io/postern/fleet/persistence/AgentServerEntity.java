package io.postern.fleet.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity
@Table(name = "agent_server")
class AgentServerEntity {
    @Id String server;

    @Column(name = "agent_id")
    long agentId;
}
