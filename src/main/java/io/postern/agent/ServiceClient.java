package io.postern.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.client.ApiClient;
import io.postern.client.ApiException;
import io.postern.client.ApiResponse;
import io.postern.client.api.AgentsApi;
import io.postern.client.model.AgentNotice;
import io.postern.client.model.AgentSelf;
import io.postern.client.model.EnrolRequest;
import io.postern.client.model.EnrolResponse;
import io.postern.client.model.ProbeTask;
import io.postern.client.model.ProbeTaskResults;
import io.postern.client.model.ServerReport;
import io.postern.client.model.SignedDesiredState;
import io.postern.client.model.Vantage;
import io.postern.client.model.VantageContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The service as an agent talks to it; every call ends in time. Thread-safe. */
final class ServiceClient {
    /** Largest answer that is read; a desired state is at most this. */
    static final long MAX_ANSWER_BYTES = 16L << 20;

    /** How long the service is asked to wait for news. */
    static final int LONG_POLL_SECONDS = 25;

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final Duration PATIENT = Duration.ofSeconds(LONG_POLL_SECONDS + 15);
    private static final int MAX_DETAIL = 500;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();
    private final String service;
    private final Consumer<HttpRequest.Builder> signer;
    private final AgentsApi api;
    private final AgentsApi patient;

    /**
     * @param service base URL, as {@link #checked} gives it
     * @param signer puts the proof of who asks on a request that is complete otherwise
     */
    ServiceClient(String service, Consumer<HttpRequest.Builder> signer) {
        this.service = service;
        this.signer = signer;
        this.api = api(ANSWER);
        this.patient = api(PATIENT);
    }

    /** A client that signs as an enrolled agent. */
    static ServiceClient of(AgentIdentity identity, AgentKey key, AgentTime time) {
        return new ServiceClient(
                identity.service(),
                request -> {
                    HttpRequest sent = request.copy().build();
                    String token =
                            key.token(
                                    identity.name(),
                                    sent.method(),
                                    sent.uri().getRawPath(),
                                    time.now());
                    request.setHeader("Authorization", "Bearer " + token);
                });
    }

    /**
     * A service's base URL without trailing slash.
     *
     * @throws IllegalArgumentException if it is no http or https URL with a host
     */
    static String checked(String url) {
        try {
            URI uri = URI.create(url.strip());
            boolean http =
                    "http".equalsIgnoreCase(uri.getScheme())
                            || "https".equalsIgnoreCase(uri.getScheme());
            if (http
                    && uri.getHost() != null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null) {
                return uri.toString().replaceAll("/+$", "");
            }
        } catch (IllegalArgumentException e) {
            throw notUrl(url);
        }
        throw notUrl(url);
    }

    private static IllegalArgumentException notUrl(String url) {
        return new IllegalArgumentException(
                "'" + url + "' is no URL of a service, such as https://postern.contoso.example");
    }

    private AgentsApi api(Duration timeout) {
        ApiClient client =
                new ApiClient() {
                    @Override
                    public HttpClient getHttpClient() {
                        return new BoundedHttpClient(http, MAX_ANSWER_BYTES);
                    }
                };
        client.updateBaseUri(service);
        client.setReadTimeout(timeout);
        client.setRequestInterceptor(signer);
        return new AgentsApi(client);
    }

    private interface Call<T> {
        T run() throws ApiException;
    }

    private <T> T call(Call<T> call) throws ServiceException {
        try {
            return call.run();
        } catch (ApiException e) {
            throw failure(e);
        } catch (IllegalArgumentException e) {
            throw new ServiceException(0, "a request cannot be made: " + e.getMessage(), e);
        }
    }

    private ServiceException failure(ApiException e) {
        if (e.getCode() == 0) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String what =
                    cause.getMessage() == null
                            ? cause.getClass().getSimpleName()
                            : cause.getMessage();
            return new ServiceException(0, "no answer from " + service + ": " + what, cause);
        }
        return new ServiceException(
                e.getCode(),
                detail(e.getCode(), e.getResponseBody()),
                pointers(e.getResponseBody()),
                e);
    }

    /** Of the faulty fields that an RFC 9457 problem names. */
    private static List<String> pointers(String body) {
        List<String> pointers = new ArrayList<>();
        try {
            JsonNode problem = body == null ? null : JSON.readTree(body);
            if (problem != null) {
                problem.path("errors")
                        .forEach(error -> pointers.add(error.path("pointer").asText("")));
            }
        } catch (JsonProcessingException e) {
            return List.of();
        }
        return pointers;
    }

    /** The words of an RFC 9457 problem, if it is one. */
    private static String detail(int status, String body) {
        String text = "";
        try {
            JsonNode problem = body == null ? null : JSON.readTree(body);
            if (problem != null && problem.isObject()) {
                String title = problem.path("title").asText("");
                String detail = problem.path("detail").asText("");
                text = title + (title.isEmpty() || detail.isEmpty() ? "" : ": ") + detail;
            }
        } catch (JsonProcessingException e) {
            text = "";
        }
        text = text.isEmpty() ? "HTTP status " + status : text + " (HTTP status " + status + ")";
        return text.length() > MAX_DETAIL ? text.substring(0, MAX_DETAIL) : text;
    }

    EnrolResponse enrol(EnrolRequest request) throws ServiceException {
        return call(() -> api.enrolAgent(request));
    }

    AgentSelf self() throws ServiceException {
        AgentSelf self = call(api::getAgentSelf);
        require(self != null && self.getServers() != null && !self.getServers().contains(null));
        return self;
    }

    /**
     * Asks for a server's desired state.
     *
     * @param etag of the one that is known; null = none
     */
    Download desiredState(String server, String etag) throws ServiceException {
        try {
            ApiResponse<SignedDesiredState> answer =
                    call(() -> api.getDesiredStateWithHttpInfo(server, etag));
            if (answer.getStatusCode() == 204) {
                return new Download(Download.Kind.NOTHING, null, null);
            }
            String jws = answer.getData() == null ? null : answer.getData().getJws();
            List<String> tags =
                    answer.getHeaders().entrySet().stream()
                            .filter(header -> "etag".equalsIgnoreCase(header.getKey()))
                            .flatMap(header -> header.getValue().stream())
                            .toList();
            return new Download(
                    Download.Kind.PUBLISHED,
                    tags.isEmpty() ? null : tags.get(0),
                    jws == null ? "" : jws);
        } catch (ServiceException e) {
            if (e.status() == 304) {
                return new Download(Download.Kind.UNCHANGED, null, null);
            }
            throw e;
        }
    }

    void report(String server, ServerReport report) throws ServiceException {
        call(
                () -> {
                    api.reportServer(server, report);
                    return null;
                });
    }

    /** Says from which addresses this agent can probe, and as whom. */
    void vantage(List<String> addresses, List<AccountContexts.Context> contexts)
            throws ServiceException {
        Vantage offer = new Vantage().addresses(addresses);
        contexts.forEach(
                one ->
                        offer.addContextsItem(
                                new VantageContext()
                                        .account(one.account())
                                        .computer(one.computer())));
        call(
                () -> {
                    api.reportVantage(offer);
                    return null;
                });
    }

    List<ProbeTask> probes() throws ServiceException {
        List<ProbeTask> tasks = call(api::listProbeTasks);
        require(tasks != null && tasks.stream().allMatch(ServiceClient::isComplete));
        return tasks;
    }

    private static boolean isComplete(ProbeTask task) {
        return task != null
                && task.getId() != null
                && task.getServer() != null
                && task.getSource() != null
                && task.getPort() != null;
    }

    /** Whatever answers, such as a proxy's page, must not end the agent. */
    private void require(boolean isService) throws ServiceException {
        if (!isService) {
            throw new ServiceException(
                    0, "what answers at " + service + " is no Postern service", null);
        }
    }

    void answer(ProbeTaskResults results) throws ServiceException {
        call(() -> api.postProbeResults(results));
    }

    /** Waits at the service for news after a position. */
    AgentNotice awaitNotice(long after) throws ServiceException {
        AgentNotice notice = call(() -> patient.awaitAgentNotice(after, LONG_POLL_SECONDS));
        require(notice != null && notice.getCursor() != null);
        return notice;
    }

    /**
     * Opens the stream of notices (server-sent events). The reader ends it by closing.
     *
     * @throws ServiceException with the status if it is not 200
     */
    InputStream notices() throws ServiceException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(service + "/api/v1/agents/me/events"))
                        .header("Accept", "text/event-stream")
                        .timeout(ANSWER)
                        .GET();
        signer.accept(request);
        try {
            HttpResponse<InputStream> answer =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() == 200) {
                return answer.body();
            }
            answer.body().close();
            throw new ServiceException(
                    answer.statusCode(), "HTTP status " + answer.statusCode(), null);
        } catch (IOException e) {
            throw new ServiceException(0, "no answer from " + service + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceException(0, "interrupted", e);
        }
    }
}
