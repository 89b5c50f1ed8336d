import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateText, streamText } from 'ai';
import { metadataOf } from '../support/ai.js';
import { client, eventually, forebayMetadata, metric, told } from '../support/gateway.js';

const { forebay } = client();
const prompt = 'Count to 7';

describe('usage', () => {
  test('a stream tells the same usage as a whole answer', async () => {
    const whole = await generateText({ model: forebay('demo'), prompt });
    const streamed = await streamText({ model: forebay('demo'), prompt }).usage;

    assert.ok(whole.usage.inputTokens > 0 && whole.usage.outputTokens > 0);
    assert.equal(whole.usage.totalTokens, whole.usage.inputTokens + whole.usage.outputTokens);
    assert.deepEqual(streamed, whole.usage);
  });

  test('without includeUsage a stream tells none, and the gateway counts all the same', async () => {
    const quiet = client({ includeUsage: false }).forebay;
    const counted = () => metric('gen_ai_client_token_usage_sum', { gen_ai_request_model: 'metered' });
    const before = await counted();
    const result = streamText({ model: quiet('metered'), prompt });
    await result.consumeStream();

    assert.equal((await result.usage).totalTokens, undefined);
    const { usage } = await generateText({ model: quiet('demo'), prompt });
    await eventually('the tokens are counted', async () => (await counted()) - before === usage.totalTokens);
  });

  test('cached, reasoning and prediction tokens', async () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 30,
      total_tokens: 130,
      prompt_tokens_details: { cached_tokens: 64 },
      completion_tokens_details: { reasoning_tokens: 12, accepted_prediction_tokens: 4, rejected_prediction_tokens: 3 },
    };
    const answer = { id: 'a', model: 'm', choices: [{ index: 0, message: { content: 'x' }, finish_reason: 'stop' }], usage };
    const events = [
      { id: 'a', choices: [{ index: 0, delta: { content: 'x' }, finish_reason: 'stop' }] },
      { id: 'a', choices: [], usage },
    ];
    const whole = await generateText({ model: forebay('mirror'), prompt: told({ status: 200, body: answer }) });
    const streamed = streamText({ model: forebay('mirror'), prompt: told({ events }) });

    for (const [told, metadata] of [
      [whole.usage, await metadataOf(whole)],
      [await streamed.usage, await metadataOf(streamed)],
    ]) {
      assert.equal(told.inputTokens, 100);
      assert.equal(told.inputTokenDetails.cacheReadTokens, 64);
      assert.equal(told.outputTokens, 30);
      assert.equal(told.outputTokenDetails.reasoningTokens, 12);
      assert.equal(metadata.forebay.acceptedPredictionTokens, 4);
      assert.equal(metadata.forebay.rejectedPredictionTokens, 3);
    }
  });

  test('an agentic answer has the sum over its rounds', async () => {
    const { forebay } = client({ metadataExtractor: forebayMetadata });
    const result = await generateText({ model: forebay('demo-agent'), prompt: 'What is 3 * 4?' });

    const { per_round: rounds } = (await metadataOf(result)).forebay;
    assert.equal(rounds.length, 2);
    assert.equal(result.usage.totalTokens, rounds.reduce((sum, round) => sum + round.usage.total_tokens, 0));
  });
});
