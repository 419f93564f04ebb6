package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.firewall.AuthenticationSet;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.ObservedFirewall;
import java.io.IOException;

/** A compiled firewall as JSON, words in Windows' spelling, lists in one fixed order. */
final class FirewallJson {
    private FirewallJson() {}

    static void write(JsonGenerator json, FirewallCompilation.Outcome outcome) throws IOException {
        ObservedFirewall last = outcome.last();
        json.writeStartObject();
        json.writeArrayFieldStart("rules");
        for (FirewallRule rule : last.rules()) {
            write(json, rule);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("connectionSecurityRules");
        if (last.securityRules() != null) {
            for (ConnectionSecurityRule rule : last.securityRules()) {
                write(json, rule);
            }
        }
        json.writeEndArray();
        json.writeArrayFieldStart("authenticationSets");
        if (last.authenticationSets() != null) {
            for (AuthenticationSet set : last.authenticationSets()) {
                write(json, set);
            }
        }
        json.writeEndArray();
        json.writeArrayFieldStart("steps");
        for (FirewallStep step : outcome.steps()) {
            json.writeStartObject();
            json.writeStringField("description", step.description());
            json.writeStringField("inverse", step.inverse().description());
            json.writeStringField("name", step.name());
            json.writeStringField("action", step.getClass().getSimpleName());
            json.writeEndObject();
        }
        json.writeEndArray();
        UnsupportedJson.write(json, outcome.compiled().unsupported());
        JsonLines.field(json, "refused", outcome.refused());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, FirewallRule rule) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", rule.name());
        json.writeStringField("displayName", rule.displayName());
        json.writeStringField("group", rule.group());
        json.writeBooleanField("enabled", rule.enabled());
        json.writeStringField("action", rule.action());
        JsonLines.field(json, "localPorts", rule.localPorts());
        JsonLines.field(json, "localAddresses", rule.localAddresses());
        JsonLines.field(json, "remoteAddresses", rule.remoteAddresses());
        json.writeStringField("remoteUser", rule.remoteUser());
        json.writeStringField("remoteMachine", rule.remoteMachine());
        json.writeStringField("authentication", rule.authentication());
        json.writeStringField("encryption", rule.encryption());
        json.writeStringField("program", rule.program());
        json.writeStringField("service", rule.service());
        JsonLines.field(json, "interfaces", rule.interfaces());
        json.writeStringField("profile", rule.profile());
        json.writeStringField("protocol", rule.protocol());
        json.writeStringField("source", rule.source());
        json.writeBooleanField("managed", rule.isOwn());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ConnectionSecurityRule rule) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", rule.name());
        json.writeStringField("displayName", rule.displayName());
        json.writeStringField("group", rule.group());
        json.writeBooleanField("enabled", rule.enabled());
        json.writeStringField("inboundSecurity", rule.inboundSecurity());
        json.writeStringField("outboundSecurity", rule.outboundSecurity());
        json.writeStringField("protocol", rule.protocol());
        JsonLines.field(json, "localPorts", rule.localPorts());
        JsonLines.field(json, "remotePorts", rule.remotePorts());
        JsonLines.field(json, "localAddresses", rule.localAddresses());
        JsonLines.field(json, "remoteAddresses", rule.remoteAddresses());
        json.writeStringField("phase1Set", rule.phase1Set());
        json.writeStringField("phase2Set", rule.phase2Set());
        json.writeStringField("profile", rule.profile());
        json.writeStringField("source", rule.source());
        json.writeBooleanField("managed", rule.isOwn());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, AuthenticationSet set) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", set.name());
        json.writeStringField("displayName", set.displayName());
        json.writeStringField("group", set.group());
        json.writeNumberField("phase", set.phase());
        JsonLines.field(json, "proposals", set.proposals());
        json.writeBooleanField("managed", set.isOwn());
        json.writeEndObject();
    }
}
