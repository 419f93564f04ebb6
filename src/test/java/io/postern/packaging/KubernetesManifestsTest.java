package io.postern.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class KubernetesManifestsTest {

    private static final Path ROOT = Path.of("k8s");
    private static final Map<String, String> POD_LABELS =
            Map.of("app.kubernetes.io/name", "postern");
    private static final Set<String> KINDS =
            Set.of(
                    "ConfigMap",
                    "Deployment",
                    "NetworkPolicy",
                    "PodDisruptionBudget",
                    "Service",
                    "ServiceAccount");

    /** A node of a YAML document; a missing key fails the test with the path to it. */
    private record Node(String path, Object value) {
        Node at(String key) {
            assertTrue(value instanceof Map<?, ?> map && map.containsKey(key), path + "." + key);
            return new Node(path + "." + key, ((Map<?, ?>) value).get(key));
        }

        List<Node> items() {
            assertTrue(value instanceof List<?>, path + " is not a list");
            return ((List<?>) value).stream().map(item -> new Node(path + "[]", item)).toList();
        }

        boolean has(String key) {
            return value instanceof Map<?, ?> map && map.containsKey(key);
        }

        void is(Object expected) {
            assertEquals(expected, value, path);
        }
    }

    private static final List<Node> DOCUMENTS = new ArrayList<>();

    @BeforeAll
    static void readEveryManifest() throws IOException {
        DOCUMENTS.clear();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (file.toString().matches(".*\\.ya?ml") && !file.toString().contains("secrets")) {
                    DOCUMENTS.addAll(parse(file.toString(), Files.readString(file)));
                }
            }
        }
    }

    private static List<Node> parse(String name, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<Node> documents = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(options)).loadAll(text)) {
            documents.add(new Node(name, document));
        }
        return documents;
    }

    private static Node only(List<Node> documents, String kind) {
        List<Node> found =
                documents.stream().filter(node -> node.at("kind").value().equals(kind)).toList();
        assertEquals(1, found.size(), kind);
        return found.get(0);
    }

    private static Node pod() {
        return only(DOCUMENTS, "Deployment").at("spec").at("template").at("spec");
    }

    private static void assertKinds(List<Node> documents) {
        Set<Object> kinds = new TreeSet<>();
        for (Node document : documents) {
            document.at("apiVersion");
            if (!document.at("kind").value().equals("Kustomization")) {
                kinds.add(document.at("kind").value());
                assertFalse(document.at("metadata").has("namespace"), document.path());
            }
        }
        assertEquals(new TreeSet<>(KINDS), kinds, "no Secret among them: Git holds none");
    }

    @Test
    void holdsTheExpectedKindsWithoutSecretOrNamespace() {
        assertKinds(DOCUMENTS);
    }

    @Test
    void givesEveryContainerProbesBoundsAndNoRights() {
        for (Node container : pod().at("containers").items()) {
            probe(container.at("livenessProbe")).is("/q/health/live");
            probe(container.at("readinessProbe")).is("/q/health/ready");
            probe(container.at("startupProbe")).is("/q/health/started");
            container.at("resources").at("requests").at("memory").is("256Mi");
            container.at("resources").at("requests").at("cpu");
            container.at("resources").at("limits").at("memory").is("512Mi");
            Node security = container.at("securityContext");
            security.at("readOnlyRootFilesystem").is(true);
            security.at("allowPrivilegeEscalation").is(false);
            security.at("capabilities").at("drop").is(List.of("ALL"));
        }
        Node security = pod().at("securityContext");
        security.at("runAsNonRoot").is(true);
        security.at("runAsUser").is(10001);
        security.at("seccompProfile").at("type").is("RuntimeDefault");
        pod().at("automountServiceAccountToken").is(false);
    }

    private static Node probe(Node probe) {
        probe.at("httpGet").at("port").is("http");
        return probe.at("httpGet").at("path");
    }

    @Test
    void replacesReplicasWithoutGapAndSpreadsThem() {
        Node spec = only(DOCUMENTS, "Deployment").at("spec");
        spec.at("replicas").is(2);
        spec.at("strategy").at("rollingUpdate").at("maxUnavailable").is(0);
        for (Node spread : pod().at("topologySpreadConstraints").items()) {
            spread.at("labelSelector").at("matchLabels").is(POD_LABELS);
        }
    }

    @Test
    void selectsThePodsByTheirLabels() {
        assertSelectors(DOCUMENTS);
    }

    private static void assertSelectors(List<Node> documents) {
        Node deployment = only(documents, "Deployment").at("spec");
        Node labels = deployment.at("template").at("metadata").at("labels");
        POD_LABELS.forEach((key, value) -> labels.at(key).is(value));
        deployment.at("selector").at("matchLabels").is(POD_LABELS);
        only(documents, "Service").at("spec").at("selector").is(POD_LABELS);
        Node budget = only(documents, "PodDisruptionBudget").at("spec");
        budget.at("selector").at("matchLabels").is(POD_LABELS);
        Node policy = only(documents, "NetworkPolicy").at("spec");
        policy.at("podSelector").at("matchLabels").is(POD_LABELS);
        for (Node peer : policy.at("ingress").items().get(0).at("from").items()) {
            // Kustomize's includeSelectors would have added the pods' own label here.
            Node client = peer.at("podSelector").at("matchLabels");
            client.is(Map.of("postern.example/client", "true"));
        }
    }

    @Test
    void opensOnlyTheNamedPorts() {
        Node policy = only(DOCUMENTS, "NetworkPolicy").at("spec");
        policy.at("policyTypes").is(List.of("Ingress", "Egress"));
        assertEquals(List.of("TCP 8080"), ports(policy.at("ingress")));
        assertEquals(List.of("UDP 53", "TCP 53", "TCP 5432"), ports(policy.at("egress")));
    }

    private static List<String> ports(Node rules) {
        return rules.items().stream()
                .flatMap(rule -> rule.at("ports").items().stream())
                .map(port -> port.at("protocol").value() + " " + port.at("port").value())
                .toList();
    }

    @Test
    void documentsEverySettingAndEverySecretKey() throws IOException {
        String text = Files.readString(ROOT.resolve("README.md"));
        Map<?, ?> settings = (Map<?, ?>) only(DOCUMENTS, "ConfigMap").at("data").value();
        assertFalse(settings.isEmpty());
        Set<String> keys = new TreeSet<>();
        for (Node volume : pod().at("volumes").items()) {
            if (volume.has("secret")) {
                volume.at("secret").at("secretName").is("postern");
                for (Node item : volume.at("secret").at("items").items()) {
                    item.at("path").is(item.at("key").value());
                    keys.add(item.at("key").value().toString());
                }
            }
        }
        for (Map.Entry<?, ?> setting : settings.entrySet()) {
            assertTrue(text.contains("| `" + setting.getKey() + "` |"), setting + " in README.md");
            String value = setting.getValue().toString();
            if (setting.getKey().toString().endsWith("_FILE")) {
                String key = value.substring(value.lastIndexOf('/') + 1);
                assertEquals("/etc/postern/secrets/" + key, value);
                assertTrue(keys.contains(key), setting + " is mounted");
            }
        }
        for (String key : keys) assertTrue(text.contains("| `" + key + "` |"), key);
        assertEquals(
                Set.of("database-password", "session-key", "signing-key", "admin-password"), keys);
    }

    @Test
    void takesSettingsFromTheConfigMapAlone() {
        for (Node container : pod().at("containers").items()) {
            for (Node source : container.at("envFrom").items()) {
                source.at("configMapRef").at("name").is("postern");
            }
            assertFalse(container.has("env"), "secrets are files, settings are in the ConfigMap");
        }
    }

    @Test
    void keepsSecretFilesOutOfGit() throws IOException {
        for (Node file : DOCUMENTS) {
            if (!file.has("secretGenerator")) continue;
            Path ignored = Path.of(file.path()).resolveSibling(".gitignore");
            assertTrue(Files.readAllLines(ignored).contains("secrets/"), ignored.toString());
            for (Node generator : file.at("secretGenerator").items()) {
                assertFalse(generator.has("literals"), file.path());
                for (Node entry : generator.at("files").items()) {
                    String name = entry.value().toString();
                    assertTrue(name.matches("[a-z-]+=secrets/[a-z-]+"), name);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"k8s", "k8s/base"})
    void rendersWithKustomize(String directory) throws IOException, InterruptedException {
        assumeTrue(kubectlIsOnThePath(), "kubectl is not on the PATH: rendering not checked");
        Path errors = Files.createTempFile("kustomize", ".txt");
        Process process =
                new ProcessBuilder("kubectl", "kustomize", directory)
                        .redirectError(errors.toFile())
                        .start();
        String rendered;
        try (InputStream output = process.getInputStream()) {
            rendered = new String(output.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertEquals(0, process.waitFor(), Files.readString(errors));
        Files.delete(errors);
        List<Node> documents = parse("kubectl kustomize " + directory, rendered);
        assertEquals(KINDS.size(), documents.size());
        assertKinds(documents);
        assertSelectors(documents);
    }

    private static boolean kubectlIsOnThePath() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "kubectl")));
    }
}
