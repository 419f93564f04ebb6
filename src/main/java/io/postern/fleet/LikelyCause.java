package io.postern.fleet;

/** Why an expectation probably fails. */
public enum LikelyCause {
    /** What the server holds differs from what it should, by its own read-back. */
    DRIFT,
    /** Another connector takes the source than should, by its own read-back. */
    CONNECTOR_MOVED,
    /** The server does not serve SMTP. */
    SERVICE_DOWN,
    /** Something between vantage and server. */
    NETWORK,
    /** The agent has not reported for long: what the server holds is not known. */
    AGENT_SILENT,
    /** The read-back is right and the probe differs: enforcement does not do what it says. */
    NOT_KNOWN
}
