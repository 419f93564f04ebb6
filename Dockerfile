# syntax=docker/dockerfile:1
# Base images are pinned by version. Pin them by digest too (name:tag@sha256:...) where you build:
# a digest cannot be looked up without a registry, so none is written here unchecked.

FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /build
# Libraries change less often than sources: this layer is built anew only with the pom. What the
# goal does not foresee is fetched by the next step.
COPY pom.xml ./
RUN mvn -B -ntp -DskipTests dependency:go-offline
COPY openapi ./openapi
COPY src/main ./src/main
RUN mvn -B -ntp -DskipTests -Dspotless.check.skip=true package

FROM eclipse-temurin:17.0.16_8-jre-jammy
# The layout of an installation: the launcher beside quarkus-app, no pom.xml, so it never builds.
WORKDIR /opt/postern
COPY --from=build /build/target/quarkus-app/lib ./quarkus-app/lib
COPY --from=build /build/target/quarkus-app/quarkus ./quarkus-app/quarkus
COPY --from=build /build/target/quarkus-app/app ./quarkus-app/app
COPY --from=build /build/target/quarkus-app/quarkus-run.jar ./quarkus-app/quarkus-run.jar
COPY --chmod=0755 postern ./postern
# The class archive of the offline verbs, made here since the program cannot write below /opt.
RUN ./postern --help >/dev/null \
    && mkdir -p /var/lib/postern && chown 10001:10001 /var/lib/postern

# Settings. Secrets come as mounted files only, named by the _FILE variables:
#   POSTERN_DATABASE_URL            jdbc:postgresql://host/postern; without it an embedded
#                                   PostgreSQL keeps its data in POSTERN_DATA_DIRECTORY
#   POSTERN_DATABASE_USER
#   POSTERN_DATABASE_PASSWORD_FILE
#   POSTERN_SESSION_KEY_FILE        key of the sign-in cookie, the same for all replicas
#   POSTERN_SIGNING_KEY_FILE        Ed25519 private key that signs desired states
#   POSTERN_PUBLIC_URL              the URL under which people and agents reach the service
#   POSTERN_JAVA_OPTIONS            more options for java, such as -Xmx384m
ENV POSTERN_HOME=/opt/postern \
    POSTERN_HTTP_HOST=0.0.0.0 \
    POSTERN_HTTP_PORT=8080 \
    POSTERN_DATA_DIRECTORY=/var/lib/postern
# A number, so that Kubernetes can tell that it is not root.
USER 10001:10001
VOLUME /var/lib/postern
EXPOSE 8080
# bash is in the base image, curl need not be.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${POSTERN_HTTP_PORT} && printf 'GET /q/health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -t 4 _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["/opt/postern/postern"]
CMD ["server"]
