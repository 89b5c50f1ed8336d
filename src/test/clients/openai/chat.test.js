import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { all, apiKey, baseURL, chunk, mirrorLost, told, unique } from '../support/gateway.js';

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

  test('tools of both kinds by hand: the client posts its results, the hidden turns come back', async () => {
    const { parse, function: run, ...described } = weather.function;
    const ask = { model: 'demo-agent', tools: [{ type: 'function', function: described }] };
    const question = user('What is the weather in Paris, and what is 12 * 12?');
    const first = (await openai.chat.completions.create({ ...ask, messages: question })).choices[0];
    const results = first.message.tool_calls.map(call => ({
      role: 'tool',
      tool_call_id: call.id,
      content: run(parse(call.function.arguments)),
    }));
    const second = await openai.chat.completions.create({ ...ask, messages: [...question, first.message, ...results] });

    assert.equal(first.finish_reason, 'tool_calls');
    assert.deepEqual(first.message.tool_calls.map(call => call.function.name), ['weather']);
    assert.match(second.choices[0].message.content, /clear over Paris/);
    assert.match(second.choices[0].message.content, /144/);
    assert.equal(second.x_forebay.resumed_turns, 1);
  });

  test('OpenAI’s tools of type mcp: without approval they run, with it they are refused', async () => {
    const mcp = { type: 'mcp', server_label: 'calculator', require_approval: 'never' };
    const ask = { model: 'open-agent', messages: user('What is 6 * 7?') };
    const { choices } = await openai.chat.completions.create({ ...ask, tools: [mcp] });

    assert.match(choices[0].message.content, /= 42/);
    await assert.rejects(
      openai.chat.completions.create({ ...ask, tools: [{ ...mcp, require_approval: 'always' }] }),
      error => error instanceof OpenAI.BadRequestError && /require_approval/.test(error.message),
    );
  });

  test('text beyond ASCII and a prompt of 1 MB arrive whole', async () => {
    const prompt = `Grüße aus 東京 👩‍💻 ${'x'.repeat(1_000_000)}`;
    const { choices } = await openai.chat.completions.create({ model: 'mirror', messages: user(prompt) });

    assert.equal(JSON.parse(choices[0].message.content).body.messages[0].content, prompt);
  });

  test('a stream that comes byte by byte, its emoji split', async () => {
    const events = [chunk({ role: 'assistant', content: 'Grüße ' }), chunk({ content: '👩‍💻 東京' }), chunk({}, 'stop')];
    for (const model of ['mirror', 'mirror-agent']) {
      const chunks = await all(
        await openai.chat.completions.create({ model, stream: true, messages: user(told({ events, bytes: 1 })) }),
      );

      assert.equal(chunks.map(one => one.choices[0]?.delta.content ?? '').join(''), 'Grüße 👩‍💻 東京', model);
    }
  });

  test('abort: the model server loses its client', async () => {
    const messages = user(told({ events: [chunk({ content: 'first' })], end: 'hang' }));
    const name = unique('openai-abort');
    const stream = await openai.chat.completions.create({ model: 'mirror', stream: true, user: name, messages });
    for await (const _ of stream) break;

    await mirrorLost(name);
  });

  test('completions, whole and streamed', async () => {
    const ask = { model: 'demo', prompt: 'Once', max_tokens: 4 };
    const { choices } = await openai.completions.create(ask);
    const chunks = await all(await openai.completions.create({ ...ask, stream: true }));

    assert.equal(choices[0].finish_reason, 'length');
    assert.equal(chunks.map(one => one.choices[0]?.text ?? '').join(''), choices[0].text);
  });

  test('models: list and retrieve', async () => {
    const models = await all(await openai.models.list());
    const one = await openai.models.retrieve('demo');

    assert.ok(models.length > 3);
    assert.deepEqual({ ...one }, { ...models.find(model => model.id === 'demo') });
  });
});
