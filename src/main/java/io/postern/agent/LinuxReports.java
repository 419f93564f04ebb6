package io.postern.agent;

import io.postern.client.model.NftablesRuleEffect;
import io.postern.client.model.ReportedDropCounter;
import io.postern.client.model.ReportedNftables;
import io.postern.client.model.ReportedNftablesOpening;
import io.postern.client.model.ReportedNftablesRule;
import io.postern.client.model.ReportedNftablesTable;
import io.postern.client.model.ReportedPostfix;
import io.postern.client.model.ReportedPostfixParameters;
import io.postern.client.model.ReportedPostfixService;
import io.postern.client.model.ReportedPostfixTables;
import io.postern.enforcement.nftables.DropCounter;
import io.postern.enforcement.nftables.ForeignRule;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixParameters;
import io.postern.enforcement.postfix.PostfixService;
import java.util.List;

/** Puts what was read of nftables and of Postfix into the contract's words. */
final class LinuxReports {
    private static final int MAX_SENTENCES = 100;
    private static final int MAX_SENTENCE = 2000;
    private static final int MAX_FOREIGN = 1000;

    private LinuxReports() {}

    static ReportedNftables of(ObservedNftables observed) {
        NftablesState held = observed.held();
        return new ReportedNftables()
                .table(observed.table())
                .hook(of(observed.hook()))
                .held(
                        new ReportedNftablesTable()
                                .hook(of(held.hook()))
                                .addresses(held.addresses())
                                .openings(held.openings().stream().map(LinuxReports::of).toList()))
                .deviations(sentences(observed.deviations()))
                .foreign(
                        observed.foreign().stream()
                                .limit(MAX_FOREIGN)
                                .map(LinuxReports::of)
                                .toList())
                .counters(observed.counters().stream().map(LinuxReports::of).toList())
                .notes(notes(observed));
    }

    /** What does not go into a report is told to be missing, never left out in silence. */
    private static List<String> notes(ObservedNftables observed) {
        if (observed.foreign().size() <= MAX_FOREIGN) {
            return sentences(observed.notes());
        }
        return List.of(
                "Other tables have "
                        + observed.foreign().size()
                        + " rules that bear on the ports; the first "
                        + MAX_FOREIGN
                        + " are reported.");
    }

    private static io.postern.client.model.NftablesHook of(NftablesHook hook) {
        return hook == null ? null : io.postern.client.model.NftablesHook.fromValue(hook.name());
    }

    private static ReportedNftablesOpening of(NftablesState.Opening opening) {
        return new ReportedNftablesOpening().ports(opening.ports()).allowed(opening.allowed());
    }

    private static ReportedNftablesRule of(ForeignRule rule) {
        return new ReportedNftablesRule()
                .table(rule.table())
                .chain(rule.chain())
                .handle(rule.handle())
                .effect(NftablesRuleEffect.fromValue(rule.effect().name()))
                .ports(rule.ports())
                .addresses(rule.addresses())
                .isSure(rule.isSure())
                .text(cut(rule.text()));
    }

    private static ReportedDropCounter of(DropCounter counter) {
        return new ReportedDropCounter()
                .ports(counter.ports())
                .family(counter.family())
                .packets(counter.packets())
                .bytes(counter.bytes());
    }

    static ReportedPostfix of(ObservedPostfix observed) {
        return new ReportedPostfix()
                .tableDirectory(observed.tableDirectory())
                .held(
                        new ReportedPostfixTables()
                                .isKept(observed.held().isKept())
                                .found(of(observed.held().found()))
                                .clients(observed.held().clients())
                                .relay(observed.held().relay()))
                .deviations(sentences(observed.deviations()))
                .set(of(observed.set()))
                .effective(observed.effective())
                .services(observed.services().stream().map(LinuxReports::of).toList())
                .isRunning(observed.isRunning())
                .notes(sentences(observed.notes()));
    }

    private static ReportedPostfixParameters of(PostfixParameters parameters) {
        return new ReportedPostfixParameters()
                .clientRestrictions(parameters.clientRestrictions())
                .relayRestrictions(parameters.relayRestrictions());
    }

    private static ReportedPostfixService of(PostfixService service) {
        return new ReportedPostfixService()
                .name(service.name())
                .type(service.type())
                .command(service.command())
                .overrides(service.overrides());
    }

    private static List<String> sentences(List<String> all) {
        return all.stream().limit(MAX_SENTENCES).map(LinuxReports::cut).toList();
    }

    private static String cut(String text) {
        return text.length() > MAX_SENTENCE ? text.substring(0, MAX_SENTENCE) : text;
    }
}
