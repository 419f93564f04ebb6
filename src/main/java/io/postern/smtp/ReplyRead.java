package io.postern.smtp;

/** What the {@link ReplyReader} made of the server's bytes: a reply, or why there is none. */
public sealed interface ReplyRead permits SmtpReply, MalformedReply {}
