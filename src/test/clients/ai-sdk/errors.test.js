import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { APICallError, embed, generateText, RetryError, streamText } from 'ai';
import { client, failing, failingAfterEffects } from '../support/gateway.js';

describe('errors', () => {
  test('401: a wrong key', async () => {
    const { error, requests } = await refused({ apiKey: 'fb_wrong' }, 'demo', 'hi');

    assertError(error, 401, /key/i);
    assert.equal(requests, 1);
  });

  test('404: an unknown model, with the names that there are', async () => {
    const { error, requests } = await refused({}, 'gpt-17', 'hi');

    assertError(error, 404, /gpt-17.*demo-agent/);
    assert.equal(error.data.error.code, 'model_not_found');
    assert.equal(requests, 1);
  });

  test('400: a wrong value, of the model server and of the gateway', async () => {
    const upstream = await refused({}, 'demo', 'hi', { reasoning_effort: 'enormous' });
    const own = await refused({}, 'demo-agent', 'hi', { n: 2 });
    const budget = await refused({}, 'demo-agent', 'hi', { x_forebay: { budget: { rounds_max: 'many' } } });

    assertError(upstream.error, 400, /enormous/);
    assertError(own.error, 400, /n out/);
    assert.equal(own.error.data.error.param, 'n');
    assertError(budget.error, 400, /rounds_max/);
    assert.deepEqual([upstream.requests, own.requests, budget.requests], [1, 1, 1]);
  });

  test('400: a server that is not configured, with the nearest name or what there is', async () => {
    const { error, requests } = await refused({}, 'open-agent', 'hi', { mcp_servers: ['calculater'] });

    assertError(error, 400, /calculater/);
    assert.equal(requests, 1);
  });

  for (const status of [402, 404, 413, 422]) {
    test(`${status} of a model server is passed on and not tried again`, async () => {
      const { error, requests } = await refused({}, 'mirror', failing(status));

      assertError(error, status, /as you wish/);
      assert.equal(requests, 1);
    });
  }

  test('a model server that refuses the gateway’s own key: 502, never 401 or 403', async () => {
    for (const status of [401, 403]) {
      const { error } = await refused({ maxRetries: 0 }, 'mirror', failing(status));

      assertError(error, 502, /gateway's own key/);
    }
  });

  test('429 with Retry-After: tried again twice, as soon as the header says', async () => {
    const { error, requests } = await refused({}, 'mirror', failing(429, { 'retry-after': '1' }));

    assert.ok(RetryError.isInstance(error));
    assertError(error.lastError, 429, /as you wish/);
    assert.equal(error.lastError.responseHeaders['retry-after'], '1');
    assert.equal(requests, 3);
  });

  for (const status of [408, 409, 500, 503]) {
    test(`${status} of a model server is tried again twice, as soon as retry-after-ms says`, async () => {
      const { error, requests } = await refused({}, 'mirror', failing(status, { 'retry-after': '3600', 'retry-after-ms': '1' }));

      assert.ok(RetryError.isInstance(error));
      assertError(error.lastError, status === 500 ? 502 : status, /as you wish/);
      assert.equal(requests, 3);
    });
  }

  test('a failure after a tool that changes something is not tried again', async () => {
    const { error, requests } = await refused({}, 'mirror-agent', failingAfterEffects(500), { mcp_servers: ['notes'] });

    assertError(error, 400, /notes.save_note/);
    assert.equal(error.data.error.code, 'failed_after_effects');
    assert.equal(requests, 1);
  });

  test('a fault of a model server is a 502, and may be tried again', async () => {
    const { error } = await refused({ maxRetries: 0 }, 'mirror', failing(500));

    assertError(error, 502, /500|as you wish/);
    assert.equal(error.isRetryable, true);
  });

  test('streaming: a refusal before the first event keeps its status', async () => {
    const { forebay, requests } = client();
    const errors = [];
    const result = streamText({ model: forebay('nope'), prompt: 'hi', onError: ({ error }) => errors.push(error) });
    await result.consumeStream();

    assertError(errors[0], 404, /nope/);
    assert.equal(requests.length, 1);
  });

  test('embeddings are refused in the same way', async () => {
    const { forebay } = client();
    await assert.rejects(embed({ model: forebay.embeddingModel('nope'), value: 'hi' }), error => {
      assertError(error, 404, /nope/);
      return true;
    });
  });
});

/** What `generateText` throws, and how many requests it made. */
async function refused({ maxRetries, ...options }, model, prompt, body = {}) {
  const { forebay, requests } = client(options);
  try {
    await generateText({ model: forebay(model), prompt, maxRetries, providerOptions: { forebay: body } });
  } catch (error) {
    return { error, requests: requests.length };
  }
  assert.fail('there was an answer');
}

function assertError(error, status, message) {
  assert.ok(APICallError.isInstance(error), `an APICallError and not ${error}`);
  assert.equal(error.statusCode, status);
  assert.match(error.message, message);
  assert.equal(error.data.error.message, error.message);
  assert.match(error.responseHeaders['x-request-id'], /^req_/);
}
