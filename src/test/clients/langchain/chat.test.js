import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { z } from 'zod';
import {
  all,
  apiKey,
  baseURL,
  chunk,
  failing,
  failingAfterEffects,
  mirrorHas,
  mirrorLost,
  told,
  unique,
} from '../support/gateway.js';

const weather = tool(async ({ city }) => `clear over ${city}`, {
  name: 'weather',
  description: 'Get the weather of a city',
  schema: z.object({ city: z.string() }),
});
const BOTH = 'What is the weather in Paris, and what is 12 * 12?';

describe('chat', () => {
  test('invoke: text, usage and finish reason', async () => {
    const answer = await model('demo').invoke('Say good morning');

    assert.equal(answer.content, 'good morning');
    assert.equal(answer.response_metadata.finish_reason, 'stop');
    const { input_tokens: input, output_tokens: output, total_tokens: total } = answer.usage_metadata;
    assert.equal(total, input + output);
  });

  test('stream: the same text and usage, which it asks for by itself', async () => {
    const whole = await model('demo').invoke('Count to 9');
    const chunks = await all(await model('demo').stream('Count to 9'));

    const put = chunks.reduce((sum, one) => (sum ? sum.concat(one) : one), undefined);
    assert.ok(put instanceof AIMessageChunk && chunks.length > 5);
    assert.equal(put.content, whole.content);
    assert.equal(put.usage_metadata.total_tokens, whole.usage_metadata.total_tokens);
  });

  test('batch: in order', async () => {
    const answers = await model('demo').batch(['Say one', 'Say two', 'Say three']);

    assert.deepEqual(answers.map(answer => answer.content), ['one', 'two', 'three']);
  });

  test('bindTools: parallel calls, and an answer from their results', async () => {
    const bound = model('demo').bindTools([weather]);
    const question = new HumanMessage('What is the weather in Paris and Rome?');
    const first = await bound.invoke([question]);
    const second = await bound.invoke([question, first, ...(await resultsOf(first))]);

    assert.deepEqual(first.tool_calls.map(call => call.args), [{ city: 'Paris' }, { city: 'Rome' }]);
    assert.match(second.content, /clear over Paris[^]*clear over Rome/);
  });

  test('bindTools, streamed', async () => {
    const chunks = await all(await model('demo').bindTools([weather]).stream('What is the weather in Oslo?'));

    const put = chunks.reduce((sum, one) => sum.concat(one));
    assert.deepEqual(put.tool_calls.map(call => [call.name, call.args]), [['weather', { city: 'Oslo' }]]);
  });

  test('withStructuredOutput: a schema, kept', async () => {
    const person = z.object({ name: z.string(), age: z.number().int() });
    const made = await model('demo').withStructuredOutput(person, { name: 'person' }).invoke('Make up a person');

    assert.deepEqual(person.parse(made), made);
  });

  test('text beyond ASCII that comes byte by byte', async () => {
    const events = [chunk({ role: 'assistant', content: 'Grüße ' }), chunk({ content: '👩‍💻 東京' }), chunk({}, 'stop')];
    const chunks = await all(await model('mirror').stream(told({ events, bytes: 1 })));

    assert.equal(chunks.map(one => one.content).join(''), 'Grüße 👩‍💻 東京');
  });

  test('tools of MCP servers run in the gateway; the client sees one answer', async () => {
    for (const answer of [
      await model('demo-agent').invoke('What is 6 * 7?'),
      (await all(await model('demo-agent').stream('What is 6 * 7?'))).reduce((sum, one) => sum.concat(one)),
    ]) {
      assert.match(answer.content, /= 42/);
      assert.deepEqual(answer.tool_calls, []);
    }
  });

  test('tools of both kinds in one round: the hidden turns come back', async () => {
    const bound = model('demo-agent').bindTools([weather]);
    const question = new HumanMessage(BOTH);
    const first = await bound.invoke([question]);
    const second = await bound.invoke([question, first, ...(await resultsOf(first))]);

    assert.deepEqual(first.tool_calls.map(call => call.name), ['weather']);
    assert.match(second.content, /clear over Paris/);
    assert.match(second.content, /144/);
  });

  test('embeddings: in order', async () => {
    const embeddings = new OpenAIEmbeddings({ model: 'demo', apiKey, configuration: { baseURL } });
    const [sun, rain] = await embeddings.embedDocuments(['sunny day', 'rainy night']);

    assert.deepEqual(sun, await embeddings.embedQuery('sunny day'));
    assert.notDeepEqual(sun, rain);
  });

  test('refusals: their status, one request where trying again is no use', async () => {
    for (const [name, message, status] of [
      ['nope', 'hi', 404],
      ['mirror', failing(402), 402],
      ['mirror', failing(413), 413],
    ]) {
      const [error, requests] = await refused(name, message);

      assert.equal(error.status, status);
      assert.equal(requests, 1, `${status}`);
    }
  });

  test('a failure after a tool that changes something: one request', async () => {
    for (const status of [500, 422, 401]) {
      const [error, requests] = await refused('mirror-agent', failingAfterEffects(status), { mcp_servers: ['notes'] });

      assert.equal(error.code, 'failed_after_effects', error.message);
      assert.equal(requests, 1, `${status}`);
    }
  });

  test('a stream that the model server cuts off throws', async () => {
    const message = told({ events: [chunk({ role: 'assistant', content: 'so far' })], end: 'cut' });

    await assert.rejects(async () => all(await model('mirror').stream(message)), /broke off/);
  });

  test('abort: the model server loses its client', async () => {
    const user = unique('langchain');
    const abort = new AbortController();
    const answer = model('mirror', { modelKwargs: { user } }).invoke(told({ wait: true }), { signal: abort.signal });
    await mirrorHas(user);
    abort.abort();

    await assert.rejects(answer);
    await mirrorLost(user);
  });
});

function model(name, options = {}, configuration = {}) {
  return new ChatOpenAI({ model: name, apiKey, configuration: { baseURL, ...configuration }, ...options });
}

function resultsOf(message) {
  return Promise.all(
    message.tool_calls.map(async call => new ToolMessage({ tool_call_id: call.id, content: await weather.invoke(call.args) })),
  );
}

/** What `invoke` throws, and how many requests it made. */
async function refused(name, message, modelKwargs = {}) {
  let requests = 0;
  const counted = (url, init) => {
    requests++;
    return fetch(url, init);
  };
  try {
    await model(name, { modelKwargs }, { fetch: counted }).invoke(message);
  } catch (error) {
    return [error, requests];
  }
  assert.fail('there was an answer');
}
