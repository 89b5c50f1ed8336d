import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateText, streamText } from 'ai';
import { partsOf } from '../support/ai.js';
import { chunk, client, eventually, metric, mirrorHas, mirrorLost, told, unique } from '../support/gateway.js';

const { forebay } = client();
const prompt = told({ events: [chunk({ content: 'first' })], end: 'hang' });
const gone = () => metric('forebay_sse_aborts_total', { reason: 'client_gone' });

describe('abort', () => {
  for (const model of ['mirror', 'mirror-agent']) {
    test(`mid-stream (${model}): last part is \`abort\`, the model server loses its client, the metrics tell it`, async () => {
      const before = await gone();
      const user = unique(`abort-${model}`);
      const parts = await abortedAfterFirstText(model, user);

      assert.equal(parts.at(-1), 'abort');
      await mirrorLost(user);
      await eventually('counted as client_gone', async () => (await gone()) > before);
      await eventually('nothing in flight', async () => (await metric('forebay_nodepool_inflight', { nodepool: 'mirror' })) === 0);
    });

    test(`before anything has come, not streaming (${model})`, async () => {
      const user = unique(`whole-${model}`);
      const { forebay, requests } = client();
      const abort = new AbortController();
      const answer = generateText({
        model: forebay(model),
        prompt: told({ wait: true }),
        abortSignal: abort.signal,
        providerOptions: { forebay: { user } },
      });
      await mirrorHas(user);
      abort.abort();

      await assert.rejects(answer, { name: 'AbortError' });
      await mirrorLost(user);
      assert.equal(requests.length, 1);
    });
  }

  test('the SDK’s own `timeout`', async () => {
    const user = unique('timeout');
    const arrived = mirrorHas(user);
    const answer = generateText({
      model: forebay('mirror'),
      prompt: told({ wait: true }),
      timeout: 1_000,
      providerOptions: { forebay: { user } },
    });

    await assert.rejects(answer);
    await arrived;
    await mirrorLost(user);
  });

  test('the gateway answers the next request', async () => {
    assert.equal((await generateText({ model: forebay('demo'), prompt: 'Say hello' })).text, 'hello');
  });
});

async function abortedAfterFirstText(model, user) {
  const abort = new AbortController();
  const result = streamText({
    model: forebay(model),
    prompt,
    abortSignal: abort.signal,
    providerOptions: { forebay: { user } },
  });
  const parts = [];
  for await (const part of partsOf(result)) {
    parts.push(part.type);
    if (part.type === 'text-delta') abort.abort();
  }
  return parts;
}
