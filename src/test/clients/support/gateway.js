// The running gateway as the suites see it: where it is, a client of it, and what its metrics tell.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';

// The suites look at warnings themselves.
globalThis.AI_SDK_LOG_WARNINGS = false;

export const baseURL = setting('CLIENTS_BASE_URL');
export const apiKey = setting('CLIENTS_KEY');
export const mirrorURL = setting('CLIENTS_MIRROR');
export const folder = setting('CLIENTS_FOLDER');

/** The provider of the Vercel AI SDK, and the requests that it has made, in order. */
export function client(options = {}) {
  const requests = [];
  const counted = (url, init) => {
    requests.push({ url: String(url), body: init?.body ? JSON.parse(init.body) : undefined });
    return fetch(url, init);
  };
  const forebay = createOpenAICompatible({
    name: 'forebay',
    baseURL,
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
    fetch: counted,
    ...options,
  });
  return { forebay, requests };
}

/** Reads `x_forebay` where it stands: in a whole answer, or in the last chunk of a stream. */
export const forebayMetadata = {
  extractMetadata: async ({ parsedBody }) => ({ forebay: parsedBody.x_forebay ?? {} }),
  createStreamExtractor: () => {
    let seen = {};
    return {
      processChunk: chunk => (seen = chunk?.x_forebay ?? seen),
      buildMetadata: () => ({ forebay: seen }),
    };
  },
};

export async function get(path, headers = { authorization: `Bearer ${apiKey}` }) {
  const response = await fetch(new URL(path, baseURL), { headers });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** The sum of a metric's series that have these labels. */
export async function metric(name, labels = {}) {
  const { body } = await get('/metrics');
  return body
    .split('\n')
    .filter(line => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter(line => Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** Waits until it holds; what happens on the gateway's side of a closed socket has no other sign. */
export async function eventually(what, holds) {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within 20 s: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** The message that makes the mirror do something else than mirror. */
export const told = script => JSON.stringify(script);

/** A model server's chunk. */
export const chunk = (delta, finish_reason = null) => ({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason }] });

/** Makes the mirror refuse. */
export const failing = (status, headers = {}) =>
  told({ status, headers, body: { error: { message: 'as you wish', type: 'test_error', param: 'p', code: 'test' } } });

/** Makes the mirror call a tool that changes something, and refuse once that has run. For requests with server `notes`. */
export function failingAfterEffects(status) {
  const save = { name: 'save_note', arguments: JSON.stringify({ key: unique('effect'), text: 'done' }) };
  const events = [chunk({ tool_calls: [{ index: 0, id: 'call_1', function: save }] }), chunk({}, 'tool_calls')];
  return told({ events, then: JSON.parse(failing(status)) });
}

/** A `user` that no other request has, in no other line either. */
export const unique = name => `${name}-${process.env.CLIENTS_LINE}-${process.pid}`;

/** Resolves once the request with that `user` has reached the mirror. */
export const mirrorHas = user => mirrorTells(`/arrived/${user}`);

/** Resolves once the mirror has lost the client of that request. */
export const mirrorLost = user => mirrorTells(`/lost/${user}`);

async function mirrorTells(what) {
  const response = await fetch(new URL(what, mirrorURL), { signal: AbortSignal.timeout(20_000) });
  await response.text();
}

export async function all(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the suites by src/test/clients/run`);
  return value;
}
