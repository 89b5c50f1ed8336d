import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import OpenAI from 'openai';
import { apiKey, baseURL } from '../support/gateway.js';

const openai = new OpenAI({ baseURL, apiKey });
const ask = { model: 'demo', input: ['sunny day', 'rainy night'] };

describe('embeddings', () => {
  test('base64, which it asks for by itself, and float give the same numbers', async () => {
    const unasked = await openai.embeddings.create(ask);
    const floats = await openai.embeddings.create({ ...ask, encoding_format: 'float' });

    assert.equal(unasked.data.length, 2);
    unasked.data.forEach(({ index, embedding }) => {
      const expected = floats.data[index].embedding;
      assert.equal(embedding.length, expected.length);
      assert.ok(Array.from(embedding).every((number, i) => Math.abs(number - expected[i]) < 1e-6));
    });
    assert.equal(unasked.usage.total_tokens, floats.usage.total_tokens);
  });

  test('base64 as text is passed on as it is', async () => {
    const { data } = await openai.embeddings.create({ ...ask, encoding_format: 'base64' });

    assert.equal(typeof data[0].embedding, 'string');
    assert.equal(Buffer.from(data[0].embedding, 'base64').length % 4, 0);
  });
});
