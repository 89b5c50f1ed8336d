package dev.forebay.openai;

/**
 * What every chunk of an answer repeats.
 *
 * @param created seconds since 1970
 * @param model the name that the client asked for
 */
record AnswerHead(String id, long created, String model) {}
