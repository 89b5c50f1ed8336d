import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import OpenAI from 'openai';
import { all, apiKey, baseURL, chunk, failing, failingAfterEffects, mirrorLost, told, unique } from '../support/gateway.js';

const CLASSES = {
  400: OpenAI.BadRequestError,
  404: OpenAI.NotFoundError,
  409: OpenAI.ConflictError,
  422: OpenAI.UnprocessableEntityError,
  429: OpenAI.RateLimitError,
};
const ms = { 'retry-after': '3600', 'retry-after-ms': '1' };

describe('errors', () => {
  test('classes, codes and the request’s id: what the gateway refuses', async () => {
    const [wrongKey, keyTries] = await refused({ apiKey: 'fb_wrong' }, { model: 'demo' });
    const [unknown, nameTries] = await refused({}, { model: 'gpt-17' });
    const [wrongValue, valueTries] = await refused({}, { model: 'demo-agent', n: 2 });

    assert.ok(wrongKey instanceof OpenAI.AuthenticationError);
    assert.ok(unknown instanceof OpenAI.NotFoundError);
    assert.equal(unknown.code, 'model_not_found');
    assert.ok(wrongValue instanceof OpenAI.BadRequestError);
    assert.equal(wrongValue.param, 'n');
    assert.deepEqual([wrongKey, unknown, wrongValue].map(error => error.status), [401, 404, 400]);
    assert.deepEqual([keyTries, nameTries, valueTries], [[0], [0], [0]]);
    for (const error of [wrongKey, unknown, wrongValue]) assert.match(error.requestID, /^req_/);
  });

  test('classes, codes and messages: what the model server refuses', async () => {
    for (const [status, kind] of Object.entries(CLASSES)) {
      const [error] = await refused({ maxRetries: 0 }, { model: 'mirror' }, failing(Number(status)));

      assert.ok(error instanceof kind, status);
      assert.deepEqual([error.status, error.code, error.param, error.type], [Number(status), 'test', 'p', 'test_error']);
      assert.match(error.message, /as you wish/);
      assert.match(error.requestID, /^req_/);
    }
  });

  test('faults of the model server: InternalServerError, and its refusal of the gateway’s key too', async () => {
    for (const [status, seen] of [[500, 502], [502, 502], [503, 503], [504, 504], [401, 502], [403, 502]]) {
      const [error] = await refused({ maxRetries: 0 }, { model: 'mirror' }, failing(status));

      assert.ok(error instanceof OpenAI.InternalServerError, `${status}`);
      assert.equal(error.status, seen);
    }
  });

  test('one request where trying again is no use, three where it may be', async () => {
    for (const status of [400, 402, 404, 413, 422]) {
      assert.deepEqual((await refused({}, { model: 'mirror' }, failing(status)))[1], [0], `${status}`);
    }
    for (const status of [408, 409, 429, 500, 503]) {
      assert.deepEqual((await refused({}, { model: 'mirror' }, failing(status, ms)))[1], [0, 1, 2], `${status}`);
    }
  });

  test('x-should-retry of the model server is obeyed', async () => {
    const [, once] = await refused({}, { model: 'mirror' }, failing(429, { ...ms, 'x-should-retry': 'false' }));
    const [, thrice] = await refused({}, { model: 'mirror' }, failing(422, { ...ms, 'x-should-retry': 'true' }));

    assert.deepEqual([once, thrice], [[0], [0, 1, 2]]);
  });

  test('a failure after a tool that changes something: one request', async () => {
    const body = { model: 'mirror-agent', mcp_servers: ['notes'] };
    const [error, tries] = await refused({}, body, failingAfterEffects(500));

    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.equal(error.code, 'failed_after_effects');
    assert.deepEqual(tries, [0]);
  });

  test('the client’s timeout: APIConnectionTimeoutError, counted tries, and the model server loses its client', async () => {
    const user = unique('openai-timeout');
    const [error, tries] = await refused({ timeout: 500, maxRetries: 1 }, { model: 'mirror', user }, told({ wait: true }));

    assert.ok(error instanceof OpenAI.APIConnectionTimeoutError);
    assert.deepEqual(tries, [0, 1]);
    await mirrorLost(user);
  });

  for (const model of ['mirror', 'mirror-agent']) {
    test(`a stream that the model server cuts off throws after what came (${model})`, async () => {
      await assertBroken(model, told({ events: [chunk({ content: 'so far' })], end: 'cut' }), /broke off/);
    });

    test(`an error event in a stream throws after what came (${model})`, async () => {
      const error = { message: 'out of memory', type: 'server_error' };

      await assertBroken(model, told({ events: [chunk({ content: 'so far' }), { error }] }), /out of memory/);
    });

    test(`an event named error throws after what came (${model})`, async () => {
      const so = `data: ${JSON.stringify(chunk({ content: 'so far' }))}\n\n`;

      await assertBroken(model, told({ raw: `${so}event: error\ndata: {"message": "out of memory"}\n\n` }), /out of memory/);
    });
  }

  test('a stream that is refused keeps its status', async () => {
    const openai = new OpenAI({ baseURL, apiKey });

    await assert.rejects(
      async () => all(await openai.chat.completions.create({ model: 'nope', stream: true, messages: [{ role: 'user', content: 'hi' }] })),
      OpenAI.NotFoundError,
    );
  });
});

async function assertBroken(model, content, message) {
  const openai = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
  const stream = await openai.chat.completions.create({ model, stream: true, messages: [{ role: 'user', content }] });
  const seen = [];
  await assert.rejects(
    async () => {
      for await (const one of stream) seen.push(one.choices[0].delta.content);
    },
    error => error instanceof OpenAI.APIError && message.test(error.message),
  );
  assert.deepEqual(seen, ['so far']);
}

/** What `create` throws, and what the client says of itself in each request: that it is the first, the second... */
async function refused(options, body, content = 'hi') {
  const tries = [];
  const counted = (url, init) => {
    tries.push(Number(new Headers(init.headers).get('x-stainless-retry-count')));
    return fetch(url, init);
  };
  const openai = new OpenAI({ baseURL, apiKey, fetch: counted, ...options });
  try {
    await openai.chat.completions.create({ messages: [{ role: 'user', content }], ...body });
  } catch (error) {
    return [error, tries];
  }
  assert.fail('there was an answer');
}
