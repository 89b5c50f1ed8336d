// What model servers send in forms of their own, in both lanes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateText, streamText } from 'ai';
import { chunk, client, told } from '../support/gateway.js';

const { forebay } = client();
const data = event => `data: ${JSON.stringify(event)}\n\n`;

describe('forms of the wire', () => {
  for (const model of ['mirror', 'mirror-agent']) {
    test(`a stream that comes byte by byte, its emoji split (${model})`, async () => {
      const events = [chunk({ role: 'assistant', content: 'Grüße ' }), chunk({ content: '👩‍💻 東京' }), chunk({}, 'stop')];
      const result = streamText({ model: forebay(model), prompt: told({ events, bytes: 1 }) });

      assert.equal(await result.text, 'Grüße 👩‍💻 東京');
      assert.equal(await result.finishReason, 'stop');
    });

    test(`roles that are empty, null or in each chunk (${model})`, async () => {
      const roles = ['assistant', '', null, 'assistant'];
      const events = [...roles.map((role, i) => chunk({ role, content: `${i}` })), chunk({}, 'stop')];
      const result = streamText({ model: forebay(model), prompt: told({ events }) });

      assert.equal(await result.text, '0123');
    });

    test(`named events, comments, ids and CRLF (${model})`, async () => {
      const named = `: hello\r\nevent: message\r\nid: 1\r\nretry: 5\r\n${data(chunk({ content: 'named' }))}: ping\n\n`;
      const raw = named + data(chunk({}, 'stop')) + 'event: done\ndata: [DONE]\n\n';
      const result = streamText({ model: forebay(model), prompt: told({ raw }) });

      assert.equal(await result.text, 'named');
      assert.equal(await result.finishReason, 'stop');
    });

    test(`no role at all, and members that are null (${model})`, async () => {
      const events = [
        chunk({ reasoning_content: 'Hmm.', content: null, tool_calls: null }),
        chunk({ content: 'Yes.', reasoning_content: null }),
        chunk({ content: '' }, 'stop'),
      ];
      const result = streamText({ model: forebay(model), prompt: told({ events }) });

      assert.equal(await result.reasoningText, 'Hmm.');
      assert.equal(await result.text, 'Yes.');
    });
  }

  test('a whole answer whose content is a list of parts', async () => {
    const content = [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hmm.' }] }, { type: 'text', text: 'Yes.' }];
    const body = { id: 'a', model: 'm', choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }] };
    const result = await generateText({ model: forebay('mirror'), prompt: told({ status: 200, body }) });

    assert.equal(result.text, 'Yes.');
  });

  test('what the client accepts decides nothing: `stream` does', async () => {
    const streamed = streamText({ model: forebay('demo'), prompt: 'Say hello', headers: { accept: 'application/json' } });
    const whole = await generateText({ model: forebay('demo'), prompt: 'Say hello', headers: { accept: 'text/event-stream' } });

    assert.deepEqual([await streamed.text, whole.text], ['hello', 'hello']);
  });
});
