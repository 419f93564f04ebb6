package io.postern;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.persistence.Entity;
import jakarta.transaction.Transactional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rooms and arrows of the design: one module, so this is its module system. */
class ArchitectureTest {
    private static final String ROOT = "io.postern";
    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(ROOT);
    }

    @Test
    void roomsSeeOnlyWhatLiesBelowThem() {
        ArchRule rule =
                layeredArchitecture()
                        .consideringOnlyDependenciesInAnyPackage("io.postern..")
                        .withOptionalLayers(true)
                        .layer("root")
                        .definedBy("io.postern")
                        .layer("policy")
                        .definedBy("io.postern.policy..")
                        .layer("enforcement")
                        .definedBy("io.postern.enforcement..")
                        .layer("smtp")
                        .definedBy("io.postern.smtp..")
                        .layer("audit")
                        .definedBy("io.postern.audit..")
                        .layer("security")
                        .definedBy("io.postern.security..")
                        .layer("directory")
                        .definedBy("io.postern.directory..")
                        .layer("observation")
                        .definedBy("io.postern.observation..")
                        .layer("probe")
                        .definedBy("io.postern.probe..")
                        .layer("rollout")
                        .definedBy("io.postern.rollout..")
                        .layer("change")
                        .definedBy("io.postern.change..")
                        .layer("fleet")
                        .definedBy("io.postern.fleet..")
                        .layer("web")
                        .definedBy("io.postern.web..")
                        .layer("agent")
                        .definedBy("io.postern.agent..")
                        .layer("client")
                        .definedBy("io.postern.client..")
                        .layer("cli")
                        .definedBy("io.postern.cli..")
                        .layer("problem")
                        .definedBy("io.postern.problem..")
                        .layer("bootstrap")
                        .definedBy("io.postern.bootstrap..")
                        .whereLayer("policy")
                        .mayOnlyAccessLayers("problem")
                        .whereLayer("enforcement")
                        .mayOnlyAccessLayers("policy")
                        .whereLayer("smtp")
                        .mayOnlyAccessLayers("policy")
                        .whereLayer("audit")
                        .mayOnlyAccessLayers("problem")
                        .whereLayer("security")
                        .mayOnlyAccessLayers("audit", "problem")
                        .whereLayer("directory")
                        .mayOnlyAccessLayers("audit", "policy", "problem")
                        .whereLayer("observation")
                        .mayOnlyAccessLayers("audit", "policy", "smtp", "security", "problem")
                        .whereLayer("probe")
                        .mayOnlyAccessLayers(
                                "policy", "enforcement", "smtp", "audit", "security", "problem")
                        .whereLayer("rollout")
                        .mayOnlyAccessLayers(
                                "policy",
                                "enforcement",
                                "smtp",
                                "audit",
                                "security",
                                "probe",
                                "observation",
                                "problem")
                        .whereLayer("change")
                        .mayOnlyAccessLayers(
                                "policy",
                                "enforcement",
                                "audit",
                                "security",
                                "directory",
                                "observation",
                                "probe",
                                "rollout",
                                "problem")
                        .whereLayer("fleet")
                        .mayOnlyAccessLayers(
                                "policy",
                                "enforcement",
                                "smtp",
                                "audit",
                                "security",
                                "probe",
                                "rollout",
                                "problem")
                        .whereLayer("agent")
                        .mayOnlyAccessLayers("client", "policy", "enforcement", "smtp")
                        .whereLayer("client")
                        .mayNotAccessAnyLayer()
                        .whereLayer("problem")
                        .mayNotAccessAnyLayer()
                        .whereLayer("web")
                        .mayNotBeAccessedByAnyLayer()
                        .whereLayer("cli")
                        .mayNotBeAccessedByAnyLayer()
                        .ensureAllClassesAreContainedInArchitecture();
        rule.check(classes);
    }

    @Test
    void pureRoomsArePlainJava() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.postern.policy",
                        "io.postern.enforcement",
                        "io.postern.enforcement.firewall",
                        "io.postern.enforcement.nftables",
                        "io.postern.enforcement.outlook",
                        "io.postern.enforcement.pickup",
                        "io.postern.enforcement.postfix",
                        "io.postern.enforcement.server",
                        "io.postern.smtp")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "jakarta..",
                        "io.netty..",
                        "io.quarkus..",
                        "io.vertx..",
                        "io.smallrye..",
                        "org.hibernate..",
                        "com.fasterxml..",
                        "org.jboss..",
                        "org.yaml..",
                        "java.net..",
                        "java.sql..",
                        "java.nio.file..",
                        "java.util.logging..")
                .check(classes);
    }

    @Test
    void onlyTheFileFormatSeesTheYamlLibrary() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.postern.policy.yaml..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.yaml..")
                .check(classes);
    }

    @Test
    void onlyTheProbeEngineSeesNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.postern.smtp.netty..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..")
                .check(classes);
    }

    @Test
    void roomsFormNoCycle() {
        slices().matching("io.postern.(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void entitiesStayInTheirPersistenceRoom() {
        classes()
                .that()
                .areAnnotatedWith(Entity.class)
                .should()
                .resideInAPackage("io.postern..persistence..")
                .andShould()
                .bePackagePrivate()
                .check(classes);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.postern..persistence..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.postern..persistence..")
                .check(classes);
    }

    @Test
    void httpStaysAtTheRim() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.postern..api..", "io.postern.web..", "io.postern.problem..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.ws.rs..")
                .check(classes);
    }

    @Test
    void theClockComesFromOnePlace() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.postern.bootstrap..", "io.postern.cli..")
                .and()
                .resideOutsideOfPackage("io.postern.client..")
                .and()
                // The agent's own clocks, injected everywhere else in it.
                .doNotHaveFullyQualifiedName("io.postern.agent.AgentTime$1")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.LocalDate.class, "now")
                .orShould()
                .callMethod(java.time.OffsetDateTime.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(classes);
    }

    @Test
    void namesSayWhatThingsAre() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.postern.client..")
                .should()
                .haveNameMatching(".*(Manager|Helper|Util|Utils|Impl|Common|Base)")
                .check(classes);
    }

    @Test
    void transactionsBeginInServicesAndStores() {
        methods()
                .that()
                .areAnnotatedWith(Transactional.class)
                .should()
                .beDeclaredInClassesThat()
                .haveNameMatching(
                        ".*(Service|Overviews|AgentServers)|io\\.postern\\..*\\.persistence\\..*")
                .check(classes);
    }

    @Test
    void fieldsAreNotInjected() {
        fields().that()
                .areDeclaredInClassesThat()
                .resideInAPackage("io.postern..")
                .should()
                .notBeAnnotatedWith(jakarta.inject.Inject.class)
                .check(classes);
    }

    @Test
    void everyResourceMethodNamesWhoMayCallIt() {
        methods()
                .that()
                .areDeclaredInClassesThat()
                .areAnnotatedWith(jakarta.ws.rs.Path.class)
                .and()
                .arePublic()
                .should()
                .beAnnotatedWith(RolesAllowed.class)
                .orShould()
                .beAnnotatedWith(PermitAll.class)
                .check(classes);
    }
}
