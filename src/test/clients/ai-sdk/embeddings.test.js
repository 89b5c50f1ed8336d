import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cosineSimilarity, embed, embedMany } from 'ai';
import { client } from '../support/gateway.js';

describe('embeddings', () => {
  test('embed: numbers, and the tokens that they cost', async () => {
    const { forebay } = client();
    const { embedding, usage } = await embed({ model: forebay.embeddingModel('demo'), value: 'sunny day at the beach' });

    assert.ok(embedding.length > 8 && embedding.every(Number.isFinite));
    assert.ok(usage.tokens > 0);
  });

  test('embedMany keeps the order', async () => {
    const { forebay, requests } = client();
    const values = ['sunny day at the beach', 'rainy day in the city', 'sunny day at the beach'];
    const { embeddings } = await embedMany({ model: forebay.embeddingModel('demo'), values });

    assert.equal(embeddings.length, 3);
    assert.ok(cosineSimilarity(embeddings[0], embeddings[2]) > 0.999);
    assert.ok(cosineSimilarity(embeddings[0], embeddings[1]) < 0.999);
    assert.deepEqual(requests.map(request => request.body.encoding_format), ['float']);
  });

  test('embedMany of 2,049 values: two requests, all in order', async () => {
    const { forebay, requests } = client();
    const values = Array.from({ length: 2_049 }, (_, i) => `word${i % 7}`);
    const { embeddings } = await embedMany({ model: forebay.embeddingModel('demo'), values });

    assert.equal(requests.length, 2);
    assert.equal(embeddings.length, 2_049);
    assert.ok(cosineSimilarity(embeddings[0], embeddings[2_044]) > 0.999, 'both are word0');
  });

  test('dimensions and user are sent on', async () => {
    const { forebay, requests } = client();
    const providerOptions = { forebay: { dimensions: 16, user: 'ada' } };
    const { embedding } = await embed({ model: forebay.embeddingModel('demo'), value: 'hello', providerOptions });

    assert.deepEqual([requests[0].body.dimensions, requests[0].body.user], [16, 'ada']);
    assert.equal(embedding.length, 16);
  });
});
