package io.postern.web;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Instants as people read them; the templates know it as {@code inject:time}. */
@Named("time")
@ApplicationScoped
public class PageClock {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final Clock clock;

    PageClock(Clock clock) {
        this.clock = clock;
    }

    /** Date and time of day in UTC. */
    public String utc(Instant instant) {
        return UTC.format(instant);
    }

    /** Time of day in UTC. */
    public String hour(Instant instant) {
        return HOUR.format(instant);
    }

    /** How long ago, or how far ahead, in one unit. */
    public String ago(Instant instant) {
        Duration since = Duration.between(instant, clock.instant());
        if (since.isNegative()) {
            return "in " + amount(since.negated());
        }
        return since.toSeconds() < 5 ? "just now" : amount(since) + " ago";
    }

    private static String amount(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return duration.toMinutes() + " min";
        }
        if (seconds < 172_800) {
            return duration.toHours() + " h";
        }
        long days = duration.toDays();
        return days < 730 ? days + " days" : days / 365 + " years";
    }
}
