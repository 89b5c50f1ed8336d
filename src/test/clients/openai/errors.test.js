import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import OpenAI from 'openai';
import { all, apiKey, baseURL, told } from '../support/gateway.js';

const chunk = { id: 'c', choices: [{ index: 0, delta: { content: 'so far' }, finish_reason: null }] };

describe('errors', () => {
  test('classes, codes and the request’s id', async () => {
    const [wrongKey] = await refused({ apiKey: 'fb_wrong' }, { model: 'demo' });
    const [unknown] = await refused({}, { model: 'gpt-17' });
    const [wrongValue] = await refused({}, { model: 'demo-agent', n: 2 });

    assert.ok(wrongKey instanceof OpenAI.AuthenticationError);
    assert.ok(unknown instanceof OpenAI.NotFoundError);
    assert.equal(unknown.code, 'model_not_found');
    assert.ok(wrongValue instanceof OpenAI.BadRequestError);
    assert.equal(wrongValue.param, 'n');
    for (const error of [wrongKey, unknown, wrongValue]) assert.match(error.requestID, /^req_/);
  });

  test('one request where trying again is no use, three where it may be', async () => {
    const status = (status, headers) => told({ status, headers, body: { error: { message: 'as you wish' } } });
    const [refusal, once] = await refused({}, { model: 'mirror' }, status(422));
    const [overload, thrice] = await refused({}, { model: 'mirror' }, status(429, { 'retry-after': '0' }));

    assert.ok(refusal instanceof OpenAI.UnprocessableEntityError);
    assert.equal(once, 1);
    assert.ok(overload instanceof OpenAI.RateLimitError);
    assert.equal(thrice, 3);
  });

  test('a stream that the model server cuts off throws after what came', async () => {
    const openai = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
    const messages = [{ role: 'user', content: told({ events: [chunk], end: 'cut' }) }];
    const stream = await openai.chat.completions.create({ model: 'mirror', stream: true, messages });
    const seen = [];

    await assert.rejects(async () => {
      for await (const one of stream) seen.push(one.choices[0].delta.content);
    }, OpenAI.APIError);
    assert.deepEqual(seen, ['so far']);
  });

  test('a stream that is refused keeps its status', async () => {
    const openai = new OpenAI({ baseURL, apiKey });

    await assert.rejects(
      async () => all(await openai.chat.completions.create({ model: 'nope', stream: true, messages: [{ role: 'user', content: 'hi' }] })),
      OpenAI.NotFoundError,
    );
  });
});

/** What `create` throws, and how many requests it made. */
async function refused(options, body, content = 'hi') {
  let requests = 0;
  const counted = (url, init) => {
    requests++;
    return fetch(url, init);
  };
  const openai = new OpenAI({ baseURL, apiKey, fetch: counted, ...options });
  try {
    await openai.chat.completions.create({ messages: [{ role: 'user', content }], ...body });
  } catch (error) {
    return [error, requests];
  }
  assert.fail('there was an answer');
}
