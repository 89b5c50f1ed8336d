import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateText } from 'ai';
import { instructions } from '../support/ai.js';
import { apiKey, baseURL, client, get } from '../support/gateway.js';

const { forebay } = client();

describe('text', () => {
  test('generateText: text, finish reason, id and model of the answer', async () => {
    const result = await generateText({ model: forebay('demo'), prompt: 'Say good morning' });

    assert.equal(result.text, 'good morning');
    assert.equal(result.finishReason, 'stop');
    assert.match(result.response.id, /^chatcmpl-/);
    assert.equal(result.response.modelId, 'demo');
    assert.match(result.response.headers['x-request-id'], /^req_/);
    assert.deepEqual(result.warnings, []);
  });

  test('instructions and earlier turns', async () => {
    const result = await generateText({
      model: forebay('mirror'),
      ...instructions('Be brief.'),
      messages: [
        { role: 'user', content: 'One?' },
        { role: 'assistant', content: 'One.' },
        { role: 'user', content: 'Two?' },
      ],
    });

    assert.deepEqual(JSON.parse(result.text).body.messages, [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'One?' },
      { role: 'assistant', content: 'One.' },
      { role: 'user', content: 'Two?' },
    ]);
  });

  test('maxOutputTokens ends the answer with "length"', async () => {
    const result = await generateText({ model: forebay('demo'), prompt: 'Count to 50', maxOutputTokens: 5 });

    assert.equal(result.finishReason, 'length');
    assert.equal(result.usage.outputTokens, 5);
  });

  test('stopSequences end the answer', async () => {
    const result = await generateText({ model: forebay('demo'), prompt: 'Count to 9', stopSequences: ['6'] });

    assert.equal(result.text.trim(), '1 2 3 4 5');
  });

  test('every setting reaches the model server, unknown ones too', async () => {
    const result = await generateText({
      model: forebay('mirror'),
      prompt: 'What do you see?',
      maxOutputTokens: 7,
      temperature: 0.5,
      topP: 0.9,
      topK: 3,
      frequencyPenalty: 0.1,
      presencePenalty: -0.1,
      stopSequences: ['END'],
      seed: 42,
      providerOptions: {
        forebay: { user: 'ada', reasoningEffort: 'low', textVerbosity: 'high', logit_bias: { 5: 1 }, made_up: [1, null] },
      },
    });

    const { model, messages, ...settings } = JSON.parse(result.text).body;
    assert.equal(model, 'mirror');
    assert.deepEqual(messages, [{ role: 'user', content: 'What do you see?' }]);
    assert.deepEqual(settings, {
      max_tokens: 7,
      temperature: 0.5,
      top_p: 0.9,
      frequency_penalty: 0.1,
      presence_penalty: -0.1,
      stop: ['END'],
      seed: 42,
      user: 'ada',
      reasoning_effort: 'low',
      verbosity: 'high',
      logit_bias: { 5: 1 },
      made_up: [1, null],
    });
    assert.deepEqual(result.warnings.map(warning => warning.feature), ['topK']);
  });

  test('the client’s key and cookies stay in the gateway', async () => {
    const result = await generateText({
      model: forebay('mirror'),
      prompt: 'What do you see?',
      headers: { cookie: 'secret=1', 'x-forwarded-for': '10.0.0.1', 'x-request-id': 'from-the-client' },
    });

    const seen = JSON.parse(result.text).headers;
    assert.equal(JSON.stringify(seen).includes(apiKey), false);
    assert.deepEqual([seen.authorization, seen.cookie, seen['x-forwarded-for']], [undefined, undefined, undefined]);
    assert.equal(seen['x-request-id'], 'from-the-client');
    assert.equal(result.response.headers['x-request-id'], 'from-the-client');
  });

  test('text beyond ASCII and a prompt of 1 MB arrive whole', async () => {
    const prompt = `Grüße aus 東京 👩‍💻 ${'x'.repeat(1_000_000)}`;
    const result = await generateText({ model: forebay('mirror'), prompt });

    assert.equal(JSON.parse(result.text).body.messages[0].content, prompt);
  });

  test('completionModel: /v1/completions', async () => {
    const { text, finishReason } = await generateText({ model: forebay.completionModel('mirror'), prompt: 'Once' });

    const { path, body } = JSON.parse(text);
    assert.equal(path, '/v1/completions');
    assert.deepEqual(body, { model: 'mirror', prompt: 'user:\nOnce\n\nassistant:\n', stop: ['\nuser:'] });
    assert.equal(finishReason, 'stop');
  });

  test('model names: id, user/app/models/id, and Clarifai’s path and Key scheme', async () => {
    const clarifai = client({
      baseURL: baseURL.replace('/v1', '/v2/ext/openai/v1'),
      apiKey: undefined,
      headers: { authorization: `Key ${apiKey}` },
    }).forebay;
    const result = await generateText({ model: clarifai('local/main/models/demo'), prompt: 'Say hello' });

    assert.equal(result.text, 'hello');
    assert.equal(result.response.modelId, 'local/main/models/demo');
  });

  test('/v1/models lists what can be called', async () => {
    const list = JSON.parse((await get('/v1/models')).body);
    const one = JSON.parse((await get('/v1/models/demo-agent')).body);

    assert.equal(list.object, 'list');
    assert.equal(list.data.every(model => model.object === 'model' && Number.isInteger(model.created)), true);
    assert.deepEqual(one, list.data.find(model => model.id === 'demo-agent'));
  });
});
