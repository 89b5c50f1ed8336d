import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { all, apiKey, baseURL, mirrorLost, told, unique } from '../support/gateway.js';

const openai = new OpenAI({ baseURL, apiKey });
const user = content => [{ role: 'user', content }];

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Get the weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    parse: JSON.parse,
    function: ({ city }) => `clear over ${city}`,
  },
};

describe('chat', () => {
  test('create: a whole answer', async () => {
    const { data, request_id: id } = await openai.chat.completions
      .create({ model: 'demo', messages: user('Say good morning') })
      .withResponse();

    assert.equal(data.choices[0].message.content, 'good morning');
    assert.equal(data.choices[0].finish_reason, 'stop');
    assert.equal(data.usage.total_tokens, data.usage.prompt_tokens + data.usage.completion_tokens);
    assert.match(id, /^req_/);
  });

  test('create with stream: chunks, one finish_reason, usage only if asked for', async () => {
    const ask = { model: 'demo-agent', messages: user('What is 6 * 7?'), stream: true };
    const plain = await all(await openai.chat.completions.create(ask));
    const counted = await all(await openai.chat.completions.create({ ...ask, stream_options: { include_usage: true } }));

    for (const chunks of [plain, counted]) {
      assert.match(chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join(''), /= 42/);
      assert.deepEqual(chunks.map(chunk => chunk.choices[0]?.finish_reason).filter(Boolean), ['stop']);
    }
    assert.equal(plain.filter(chunk => chunk.usage).length, 0);
    assert.deepEqual(counted.filter(chunk => chunk.usage).map(chunk => chunk.choices), [[]]);
  });

  test('the helper stream(): events, and what it puts together', async () => {
    const stream = openai.chat.completions.stream({ model: 'demo-agent', messages: user('What is 6 * 7?') });
    let text = '';
    stream.on('content', delta => (text += delta));
    const final = await stream.finalChatCompletion();

    assert.match(text, /= 42/);
    assert.equal(final.choices[0].message.content, text);
    assert.equal(final.choices[0].message.tool_calls, undefined);
    assert.equal(final.x_forebay.tools[0].server, 'calculator');
  });

  test('the helper parse(): structured output', async () => {
    const format = zodResponseFormat(z.object({ name: z.string(), age: z.number().int() }), 'person');
    const { choices } = await openai.chat.completions.parse({
      model: 'demo',
      messages: user('Make up a person'),
      response_format: format,
    });

    assert.equal(typeof choices[0].message.parsed.name, 'string');
    assert.ok(Number.isInteger(choices[0].message.parsed.age));
  });

  test('the helper runTools(): the client’s tool and the gateway’s in one conversation', async () => {
    for (const stream of [false, true]) {
      const runner = openai.chat.completions.runTools({
        model: 'demo-agent',
        stream,
        messages: user('What is the weather in Paris, and what is 12 * 12?'),
        tools: [weather],
      });
      const called = [];
      runner.on('functionToolCall', call => called.push(call.name));

      assert.match(await runner.finalContent(), /clear over Paris[^]*144|144[^]*clear over Paris/);
      assert.deepEqual(called, ['weather']);
    }
  });

  test('abort: the model server loses its client', async () => {
    const chunk = { id: 'c', choices: [{ index: 0, delta: { content: 'first' }, finish_reason: null }] };
    const messages = user(told({ events: [chunk], end: 'hang' }));
    const name = unique('openai-abort');
    const stream = await openai.chat.completions.create({ model: 'mirror', stream: true, user: name, messages });
    for await (const _ of stream) break;

    await mirrorLost(name);
  });

  test('completions', async () => {
    const { choices } = await openai.completions.create({ model: 'demo', prompt: 'Once', max_tokens: 4 });

    assert.equal(choices[0].finish_reason, 'length');
  });

  test('models: list and retrieve', async () => {
    const models = await all(await openai.models.list());
    const one = await openai.models.retrieve('demo');

    assert.ok(models.length > 3);
    assert.deepEqual({ ...one }, { ...models.find(model => model.id === 'demo') });
  });
});
