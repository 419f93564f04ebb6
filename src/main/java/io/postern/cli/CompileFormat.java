package io.postern.cli;

/** How a compilation is written, in the words of the command line. */
enum CompileFormat {
    TEXT("text"),
    JSON("json"),
    POWERSHELL("powershell"),
    NFT("nft"),
    SHELL("shell"),
    CLIENT_POWERSHELL("client-powershell"),
    SERVER_POLICY_POWERSHELL("server-policy-powershell");

    private final String word;

    CompileFormat(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
