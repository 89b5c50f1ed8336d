import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateText, streamText } from 'ai';
import { before7, partsOf, responseMessagesOf } from '../support/ai.js';
import { all, chunk, client, told } from '../support/gateway.js';

const { forebay } = client();
const high = { forebay: { reasoningEffort: 'high' } };

describe('reasoning', () => {
  test('reasoningEffort: reasoning apart from the text, and its tokens', async () => {
    const result = await generateText({ model: forebay('demo'), prompt: 'Say hello', providerOptions: high });

    assert.equal(result.text, 'hello');
    assert.match(result.reasoningText, /I go by rules/);
    assert.ok(result.usage.outputTokenDetails.reasoningTokens > 0);
  });

  test('the setting `reasoning` of generateText', { skip: before7 }, async () => {
    const result = await generateText({ model: forebay('demo'), prompt: 'Say hello', reasoning: 'medium' });

    assert.match(result.reasoningText, /I go by rules/);
  });

  test('streamed: reasoning first, then text', async () => {
    const result = streamText({ model: forebay('demo'), prompt: 'Say hello', providerOptions: high });

    const types = (await all(partsOf(result))).map(part => part.type);
    assert.deepEqual(
      types.filter((type, at) => type !== types[at - 1]),
      ['start', 'start-step', 'reasoning-start', 'reasoning-delta', 'reasoning-end', 'text-start', 'text-delta', 'text-end']
        .concat(['finish-step', 'finish']),
    );
    assert.match(await result.reasoningText, /I go by rules/);
  });

  test('a model server that calls it `reasoning`', async () => {
    const events = [chunk({ reasoning: 'Hmm.' }), chunk({ content: 'Yes.' }), chunk({}, 'stop')];
    const result = streamText({ model: forebay('mirror'), prompt: told({ events }) });

    assert.equal(await result.reasoningText, 'Hmm.');
    assert.equal(await result.text, 'Yes.');
  });

  test('earlier reasoning may be sent back', async () => {
    const first = await generateText({ model: forebay('demo'), prompt: 'Say hello', providerOptions: high });
    const messages = [...responseMessagesOf(first), { role: 'user', content: 'And now?' }];
    const seen = await generateText({ model: forebay('mirror'), messages });
    const answered = await generateText({ model: forebay('demo-agent'), messages: [...messages, { role: 'user', content: 'Say bye' }] });

    assert.equal(JSON.parse(seen.text).body.messages[0].reasoning_content, first.reasoningText);
    assert.equal(answered.text, 'bye');
  });

  test('an agent with `trace: reasoning` tells of its tools as reasoning', async () => {
    const result = streamText({ model: forebay('reasoning-agent'), prompt: 'What is 8 * 9?', providerOptions: high });

    assert.match(await result.text, /= 72/);
    assert.match(await result.reasoningText, /calculate/);
  });
});
