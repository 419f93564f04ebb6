package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;

/** A receive connector as JSON, words in Exchange's spelling, lists in one fixed order. */
final class ConnectorJson {
    private ConnectorJson() {}

    static void write(JsonGenerator json, ReceiveConnector connector) throws IOException {
        ConnectorData data = ConnectorData.of(connector);
        json.writeStartObject();
        json.writeStringField("name", data.name());
        json.writeBooleanField("managed", data.managed());
        json.writeBooleanField("enabled", data.enabled());
        json.writeStringField("transportRole", data.transportRole());
        JsonLines.field(json, "bindings", data.bindings());
        JsonLines.field(json, "remoteIPRanges", data.remoteIpRanges());
        json.writeBooleanField("anonymous", connector.anonymous());
        JsonLines.field(json, "anonymousRelay", data.anonymousRelay());
        json.writeBooleanField("externallySecured", connector.externallySecured());
        JsonLines.field(json, "permissionGroups", data.permissionGroups());
        JsonLines.field(json, "authMechanism", data.authMechanism());
        json.writeStringField("comment", data.comment());
        json.writeStringField("fqdn", data.fqdn());
        json.writeNumberField("tarpitMillis", data.tarpitMillis());
        json.writeBooleanField("verboseLogging", data.verboseLogging());
        json.writeEndObject();
    }
}
