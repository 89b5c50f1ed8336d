import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateText } from 'ai';
import { client } from '../support/gateway.js';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

async function seen(options, part) {
  const { forebay } = client(options);
  const content = [{ type: 'text', text: 'What is this?' }, part];
  const { text } = await generateText({ model: forebay('mirror'), messages: [{ role: 'user', content }] });
  return JSON.parse(text).body.messages[0].content[1];
}

describe('images and files', () => {
  test('bytes of an image arrive as a data URL', async () => {
    const part = await seen({}, { type: 'file', mediaType: 'image/png', data: Buffer.from(PIXEL, 'base64') });

    assert.deepEqual(part, { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } });
  });

  test('an image’s URL goes through with supportedUrls', async () => {
    const supportedUrls = () => ({ 'image/*': [/^https?:/] });
    const part = await seen({ supportedUrls }, { type: 'file', mediaType: 'image/png', data: new URL('https://example.org/a.png') });

    assert.deepEqual(part, { type: 'image_url', image_url: { url: 'https://example.org/a.png' } });
  });

  test('a PDF arrives as file data', async () => {
    const part = await seen({}, { type: 'file', mediaType: 'application/pdf', data: Buffer.from('%PDF-1.7'), filename: 'a.pdf' });

    assert.deepEqual(part, { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjc=' } });
  });

  test('audio arrives as input_audio', async () => {
    const part = await seen({}, { type: 'file', mediaType: 'audio/wav', data: Buffer.from('RIFF') });

    assert.deepEqual(part, { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } });
  });
});
