// What the release lines of `ai` call by different names: the suites say it as the newest does.
import * as ai from 'ai';

/** Whether this is a line before version 7, which some features came with. */
export const before7 = ai.isStepCount === undefined;

export const isStepCount = ai.isStepCount ?? ai.stepCountIs;

/** The system prompt as a setting. */
export const instructions = text => ({ [before7 ? 'system' : 'instructions']: text });

/** Every part of a stream of text. */
export const partsOf = result => (before7 ? result.fullStream : result.stream);

export const responseMessagesOf = result => (before7 ? result.response.messages : result.responseMessages);

/** What the provider told about the last step, of a whole result or of a stream. */
export async function metadataOf(result) {
  const step = before7 ? (await result.steps).at(-1) : await result.finalStep;
  return step.providerMetadata;
}
