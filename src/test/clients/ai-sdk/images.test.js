import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateText } from 'ai';
import { before7 } from '../support/ai.js';
import { client } from '../support/gateway.js';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

async function seen(options, part, download) {
  const { forebay } = client(options);
  const content = [{ type: 'text', text: 'What is this?' }, part];
  const { text } = await generateText({
    model: forebay('mirror'),
    messages: [{ role: 'user', content }],
    experimental_download: download,
  });
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

  test('without supportedUrls the SDK fetches it, and sends its bytes', async () => {
    const download = async urls => urls.map(() => ({ data: Buffer.from(PIXEL, 'base64'), mediaType: 'image/png' }));
    const part = await seen({}, { type: 'file', mediaType: 'image/png', data: new URL('https://example.org/a.png') }, download);

    assert.equal(part.image_url.url, `data:image/png;base64,${PIXEL}`);
  });

  test('a video’s URL arrives as video_url', { skip: before7 }, async () => {
    const supportedUrls = () => ({ 'video/*': [/^https?:/] });
    const part = await seen({ supportedUrls }, { type: 'file', mediaType: 'video/mp4', data: new URL('https://example.org/a.mp4') });

    assert.deepEqual(part, { type: 'video_url', video_url: { url: 'https://example.org/a.mp4' } });
  });

  test('a file by its id arrives as file_id', { skip: before7 }, async () => {
    const data = { type: 'reference', reference: { forebay: 'file-123' } };
    const part = await seen({}, { type: 'file', mediaType: 'application/pdf', data });

    assert.deepEqual(part, { type: 'file', file: { file_id: 'file-123' } });
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
