import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateText, streamText, tool } from 'ai';
import { z } from 'zod';
import { isStepCount, metadataOf, partsOf, responseMessagesOf } from '../support/ai.js';
import { all, client, forebayMetadata } from '../support/gateway.js';

const { forebay } = client({ metadataExtractor: forebayMetadata });
const stopWhen = isStepCount(5);

const weather = tool({
  description: 'Get the weather of a city',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `clear over ${city}`,
});

describe('agentic requests', () => {
  test('tools of MCP servers run in the gateway; the client sees one answer', async () => {
    const result = await generateText({
      model: forebay('demo-agent'),
      prompt: 'What time is it in Tokyo, and what is 17.5 % of 2349?',
    });

    assert.match(result.text, /Asia\/Tokyo[^]*411\.075/);
    assert.equal(result.finishReason, 'stop');
    assert.deepEqual(result.content.map(part => part.type), ['text']);
    const { rounds, tools, stop_reason: reason } = (await metadataOf(result)).forebay;
    assert.deepEqual([rounds, reason], [2, 'stop']);
    // In the order in which they ended.
    assert.deepEqual(tools.map(call => `${call.server} ${call.tool}`).sort(), ['calculator calculate', 'time current_time']);
  });

  test('tools of MCP servers, streamed', async () => {
    const result = streamText({
      model: forebay('demo-agent'),
      prompt: 'What time is it in Tokyo, and what is 17.5 % of 2349?',
    });

    const types = new Set((await all(partsOf(result))).map(part => part.type));
    assert.deepEqual([...types].filter(type => type.startsWith('tool')), []);
    assert.match(await result.text, /Asia\/Tokyo[^]*411\.075/);
    const { forebay: metadata } = await metadataOf(result);
    assert.deepEqual(metadata.tools.map(call => call.server).sort(), ['calculator', 'time']);
  });

  test('tools of both kinds in one round: the hidden turns come back', async () => {
    const result = await generateText(mixed('What is the weather in Paris, and what is 12 * 12?'));

    assertMixed(result.steps, result.text, /144/);
    assert.deepEqual((await metadataOf(result)).forebay.resumed_turns, 1);
  });

  test('tools of both kinds in one round, streamed', async () => {
    const result = streamText(mixed('What is the weather in Paris, and what is 12 * 12?'));

    const calls = (await all(partsOf(result))).filter(part => part.type === 'tool-call' || part.type === 'tool-input-start');
    assert.deepEqual(calls.map(part => part.toolName), ['weather', 'weather']);
    assertMixed(await result.steps, await result.text, /144/);
  });

  test('tools of both kinds one after the other', async () => {
    const first = await generateText(mixed('What is 9 * 9, then what is the weather in Paris?'));
    const last = await generateText(mixed('What is the weather in Paris, then what is 9 * 9?'));

    assertMixed(first.steps, first.text, /81/);
    assertMixed(last.steps, last.text, /81/);
  });

  test('a conversation goes on after tools of both kinds', async () => {
    const first = await generateText(mixed('What is the weather in Paris, and what is 12 * 12?'));
    const messages = [
      { role: 'user', content: 'What is the weather in Paris, and what is 12 * 12?' },
      ...responseMessagesOf(first),
      { role: 'user', content: 'What is 5 + 5?' },
    ];
    const second = await generateText({ ...mixed(), prompt: undefined, messages });

    assert.match(second.text, /= 10/);
    assert.equal((await metadataOf(second)).forebay.resumed_turns, 1);
  });

  test('`mcp_servers` of the request, by provider options', async () => {
    const result = await generateText({
      model: forebay('open-agent'),
      prompt: 'What is 6 * 7?',
      providerOptions: { forebay: { mcp_servers: ['calculator'] } },
    });

    assert.match(result.text, /= 42/);
    assert.deepEqual((await metadataOf(result)).forebay.tools.map(call => call.server), ['calculator']);
  });

  test('OpenAI’s tools of type mcp, by transformRequestBody', async () => {
    const mcp = { type: 'mcp', server_label: 'calculator', require_approval: 'never', allowed_tools: ['calculate'] };
    const { forebay } = client({
      metadataExtractor: forebayMetadata,
      transformRequestBody: body => ({ ...body, tools: [...(body.tools ?? []), mcp] }),
    });
    const result = await generateText({ model: forebay('open-agent'), prompt: 'What is 6 * 7?' });

    assert.match(result.text, /= 42/);
  });

  test('a budget in `x_forebay` ends a run in good order', async () => {
    const result = await generateText({
      model: forebay('demo-agent'),
      prompt: 'What is 3 * 4, then multiply it by 10, then multiply it by 10?',
      providerOptions: { forebay: { x_forebay: { budget: { rounds_max: 1 } } } },
    });

    assert.equal(result.finishReason, 'length');
    assert.equal((await metadataOf(result)).forebay.stop_reason, 'rounds_max');
  });

  test('`x_forebay: {trace: "off"}` leaves nothing of it in the answer', async () => {
    const ask = { model: forebay('demo-agent'), prompt: 'What is 3 * 4?', providerOptions: { forebay: { x_forebay: { trace: 'off' } } } };
    const whole = await generateText(ask);
    const streamed = streamText(ask);

    assert.match(whole.text, /= 12/);
    assert.deepEqual((await metadataOf(whole)).forebay, {});
    assert.deepEqual((await metadataOf(streamed)).forebay, {});
  });

  test('what is meant for the gateway never reaches the model server', async () => {
    const result = await generateText({
      model: forebay('mirror-agent'),
      prompt: 'What do you see?',
      seed: 5,
      tools: { weather },
      providerOptions: { forebay: { mcp_servers: ['calculator'], x_forebay: { trace: 'metadata' }, made_up: [1, null] } },
    });

    const { body } = JSON.parse(result.text);
    assert.deepEqual([body.mcp_servers, body.x_forebay], [undefined, undefined]);
    assert.deepEqual([body.seed, body.made_up], [5, [1, null]]);
    const offered = body.tools.map(one => one.function.name);
    assert.equal(offered[0], 'weather');
    assert.ok(offered.includes('calculate'));
  });
});

function mixed(prompt) {
  return { model: forebay('demo-agent'), prompt, tools: { weather }, stopWhen };
}

/** The answer has what both tools said, and the client has seen no call but its own. */
function assertMixed(steps, text, result) {
  assert.match(text, /clear over Paris/);
  assert.match(text, result);
  assert.deepEqual(steps.flatMap(step => step.toolCalls).map(call => [call.toolName, call.input]), [['weather', { city: 'Paris' }]]);
  assert.deepEqual(steps.map(step => step.finishReason), ['tool-calls', 'stop']);
}
