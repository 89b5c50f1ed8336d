import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateText, streamText, tool } from 'ai';
import { z } from 'zod';
import { before7, isStepCount, partsOf } from '../support/ai.js';
import { all, chunk, client, told } from '../support/gateway.js';

const { forebay } = client();

const weather = tool({
  description: 'Get the weather of a city',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, sky: `clear over ${city}` }),
});
const stopWhen = isStepCount(4);

describe('the client’s own tools', () => {
  test('a loop of two steps', async () => {
    const { forebay, requests } = client();
    const result = await generateText({
      model: forebay('demo'),
      prompt: 'What is the weather in Paris?',
      tools: { weather },
      stopWhen,
    });

    assert.deepEqual(result.steps.map(step => step.finishReason), ['tool-calls', 'stop']);
    assert.deepEqual(result.steps[0].toolCalls.map(call => call.input), [{ city: 'Paris' }]);
    assert.match(result.text, /clear over Paris/);
    const [call, answer] = requests[1].body.messages.slice(-2);
    assert.equal(call.role, 'assistant');
    assert.equal(answer.tool_call_id, call.tool_calls[0].id);
    assert.equal(answer.role, 'tool');
  });

  test('a loop of two steps, streamed: the input of the call comes in parts', async () => {
    const result = streamText({ model: forebay('demo'), prompt: 'What is the weather in Oslo?', tools: { weather }, stopWhen });

    const parts = await all(partsOf(result));
    const types = parts.map(part => part.type).filter((type, at, every) => type !== every[at - 1]);
    assert.deepEqual(types, [
      ...['start', 'start-step', 'tool-input-start', 'tool-input-delta', 'tool-input-end', 'tool-call', 'tool-result'],
      ...['finish-step', 'start-step', 'text-start', 'text-delta', 'text-end', 'finish-step', 'finish'],
    ]);
    const input = parts.filter(part => part.type === 'tool-input-delta').map(part => part.delta).join('');
    assert.deepEqual(JSON.parse(input), { city: 'Oslo' });
    assert.match(await result.text, /clear over Oslo/);
  });

  test('parallel calls', async () => {
    const prompt = 'What is the weather in Paris and Rome?';
    const whole = await generateText({ model: forebay('demo'), prompt, tools: { weather }, stopWhen });
    const streamed = streamText({ model: forebay('demo'), prompt, tools: { weather }, stopWhen });

    for (const [steps, text] of [[whole.steps, whole.text], [await streamed.steps, await streamed.text]]) {
      assert.deepEqual(steps[0].toolCalls.map(call => call.input.city), ['Paris', 'Rome']);
      assert.equal(new Set(steps[0].toolCalls.map(call => call.toolCallId)).size, 2);
      assert.match(text, /clear over Paris[^]*clear over Rome/);
    }
  });

  test('toolChoice: required, a name, none', async () => {
    const ask = toolChoice => generateText({ model: forebay('demo'), prompt: 'In Oslo', tools: { weather }, toolChoice });

    assert.equal((await ask('required')).toolCalls.length, 1);
    assert.equal((await ask({ type: 'tool', toolName: 'weather' })).toolCalls[0].toolName, 'weather');
    assert.equal((await ask('none')).toolCalls.length, 0);
  });

  test('a tool without `execute`: the call is the answer', async () => {
    const { toolCalls, finishReason } = await generateText({
      model: forebay('demo'),
      prompt: 'What is the weather in Paris?',
      tools: { weather: tool({ description: weather.description, inputSchema: weather.inputSchema }) },
    });

    assert.equal(finishReason, 'tool-calls');
    assert.deepEqual(toolCalls.map(call => call.input), [{ city: 'Paris' }]);
  });

  test('a tool that throws: its error goes to the model', async () => {
    const broken = tool({ ...weather, execute: async () => { throw new Error('no satellite today'); } });
    const result = await generateText({
      model: forebay('demo'),
      prompt: 'What is the weather in Paris?',
      tools: { weather: broken },
      stopWhen,
    });

    assert.match(result.text, /no satellite today/);
  });

  for (const model of ['mirror', 'mirror-agent']) {
    test(`calls whose names come late and whose inputs come in shreds (${model})`, async () => {
      const piece = (index, id, name, input) => chunk({ tool_calls: [{ index, id, function: { name, arguments: input } }] });
      const events = [
        ...[piece(0, 'call_a'), piece(0, undefined, 'weather', ''), piece(1, 'call_b', 'weather', '{"ci')],
        ...[...'{"city":"Oslo"}'].map(letter => piece(0, undefined, undefined, letter)),
        ...[piece(1, undefined, undefined, 'ty":"東'), piece(1, undefined, undefined, '京"}'), chunk({}, 'tool_calls')],
      ];
      const idle = tool({ description: weather.description, inputSchema: weather.inputSchema });
      const result = streamText({ model: forebay(model), prompt: told({ events }), tools: { weather: idle } });

      const calls = (await result.toolCalls).map(call => [call.toolName, call.input.city]);
      assert.deepEqual(calls, [['weather', 'Oslo'], ['weather', '東京']]);
      assert.equal(await result.finishReason, 'tool-calls');
    });
  }

  test('tools and results of several parts reach the model server as they were sent', async () => {
    const { forebay, requests } = client({ supportsMultiPartToolContent: true });
    const result = await generateText({
      model: forebay('mirror'),
      tools: { weather: tool({ ...weather, strict: true }) },
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'call_1', toolName: 'weather', input: { city: 'Oslo' } }] },
        { role: 'tool', content: [multiPart()] },
      ],
    });

    const { body } = JSON.parse(result.text);
    assert.deepEqual(body, requests[0].body);
    // Before version 7 they are a list in a string.
    assert.equal(Array.isArray(body.messages.at(-1).content), !before7);
    assert.equal(body.tools[0].function.strict, true);
  });
});

function multiPart() {
  const value = [{ type: 'text', text: 'clear' }, { type: 'text', text: 'cold' }];
  return { type: 'tool-result', toolCallId: 'call_1', toolName: 'weather', output: { type: 'content', value } };
}
