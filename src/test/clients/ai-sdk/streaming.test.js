import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateText, streamText } from 'ai';
import { partsOf } from '../support/ai.js';
import { all, chunk, client, get, told } from '../support/gateway.js';

const { forebay } = client();

describe('streaming', () => {
  test('streamText: parts in order', async () => {
    const result = streamText({ model: forebay('demo'), prompt: 'Count to 5' });

    const types = (await all(partsOf(result))).map(part => part.type);
    assert.deepEqual(types.slice(0, 3), ['start', 'start-step', 'text-start']);
    assert.deepEqual(types.slice(-3), ['text-end', 'finish-step', 'finish']);
    const inner = types.slice(3, -3);
    assert.ok(inner.length > 3, `${inner.length} deltas`);
    assert.ok(inner.every(type => type === 'text-delta'));
  });

  test('text comes while the model is still at it', async () => {
    const abort = new AbortController();
    // The model server says this and nothing more, so it is read before the stream has ended or it never is.
    const prompt = told({ events: [chunk({ role: 'assistant', content: 'first' })], end: 'hang' });
    const result = streamText({ model: forebay('mirror'), prompt, abortSignal: abort.signal });

    const texts = result.textStream[Symbol.asyncIterator]();
    assert.equal((await texts.next()).value, 'first');
    abort.abort();
  });

  test('the agent lane too streams word by word, as one step', async () => {
    const result = streamText({ model: forebay('demo-agent'), prompt: 'What is 17 * 3, and what is 5 + 6?' });

    const parts = await all(partsOf(result));
    const texts = parts.filter(part => part.type === 'text-delta');
    assert.ok(texts.length > 10, `${texts.length} deltas`);
    assert.match(texts.map(part => part.text).join(''), /= 51[^]*= 11/);
    assert.equal(parts.filter(part => part.type === 'finish-step').length, 1);
    assert.equal(await result.finishReason, 'stop');
  });

  test('the stream gives the same text as generateText', async () => {
    const prompt = 'Say Grüße aus 東京 👩‍💻';
    const { text } = await generateText({ model: forebay('demo'), prompt });

    assert.equal(await streamText({ model: forebay('demo'), prompt }).text, text);
    assert.equal(text, 'Grüße aus 東京 👩‍💻');
  });

  test('no event is named, and all have choices', async () => {
    let events = '';
    const { forebay } = client({
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        events = await response.clone().text();
        return response;
      },
    });
    await streamText({ model: forebay('demo-agent'), prompt: 'What is 2 + 2?' }).text;

    const lines = events.split('\n').filter(line => line !== '');
    assert.ok(lines.every(line => line.startsWith('data: ') || line.startsWith(':')));
    const data = lines.filter(line => line.startsWith('data: ')).map(line => line.slice('data: '.length));
    assert.equal(data.pop(), '[DONE]');
    const chunks = data.map(JSON.parse);
    assert.ok(chunks.every(one => Array.isArray(one.choices)));
    assert.equal(chunks.filter(one => one.choices[0]?.finish_reason).length, 1);
    assert.equal(chunks.filter(one => one.choices[0]?.delta?.role).length, 1);
    assert.equal(chunks.filter(one => one.usage).length, 1);
  });

  test('a stream that the model server cuts off ends with an error, and what came before is kept', async () => {
    const prompt = told({ events: [chunk({ role: 'assistant', content: 'so far' })], end: 'cut' });
    const { parts, text } = await failing(prompt);

    assert.equal(text, 'so far');
    assert.deepEqual(parts.slice(-2), ['finish-step:error', 'finish:error']);
  });

  test('an error event of the model server becomes an error part', async () => {
    const error = { message: 'out of memory', type: 'server_error' };
    const { parts, text, errors } = await failing(
      told({ events: [chunk({ role: 'assistant', content: 'so far' }), { error }], end: 'done' }),
    );

    assert.equal(text, 'so far');
    assert.match(errors.join(), /out of memory/);
    assert.equal(parts.at(-1), 'finish:error');
  });

  test('a stream that ends in good order but without a finish reason is no success', async () => {
    const { parts, errors } = await failing(told({ events: [chunk({ role: 'assistant', content: 'half' })], end: 'close' }));

    assert.equal(parts.at(-1), 'finish:error');
    assert.match(errors.join(), /model server/);
  });

  test('toUIMessageStreamResponse: what useChat reads', async () => {
    const result = streamText({ model: forebay('demo-agent'), prompt: 'What is 6 * 7?' });

    const body = await result.toUIMessageStreamResponse().text();
    const parts = body.split('\n\n').filter(Boolean).map(line => line.slice('data: '.length));
    assert.equal(parts.pop(), '[DONE]');
    const text = parts.map(JSON.parse).filter(part => part.type === 'text-delta').map(part => part.delta).join('');
    assert.match(text, /= 42/);
  });

  test('completionModel: /v1/completions as a stream', async () => {
    const result = streamText({ model: forebay.completionModel('demo'), prompt: 'Once', maxOutputTokens: 8 });

    const texts = await all(result.textStream);
    assert.ok(texts.length > 1, `${texts.length} parts`);
    assert.equal(await result.finishReason, 'length');
    assert.equal((await result.usage).outputTokens, 8);
  });

  test('it goes on while others stream: 20 at once', async () => {
    const numbers = Array.from({ length: 20 }, (_, i) => i + 101);
    const texts = await Promise.all(
      numbers.map(number => streamText({ model: forebay('demo'), prompt: `Say number ${number}` }).text),
    );

    assert.deepEqual(texts, numbers.map(number => `number ${number}`));
    assert.equal((await get('/health/ready')).status, 200);
  });
});

async function failing(prompt) {
  const errors = [];
  const result = streamText({
    model: forebay('mirror'),
    prompt,
    maxRetries: 0,
    onError: ({ error }) => errors.push(error?.message ?? JSON.stringify(error)),
  });
  const parts = [];
  let text = '';
  for await (const part of partsOf(result)) {
    parts.push(part.finishReason ? `${part.type}:${part.finishReason}` : part.type);
    text += part.type === 'text-delta' ? part.text : '';
  }
  return { parts, text, errors };
}
