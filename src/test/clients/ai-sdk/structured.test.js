import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateObject, generateText, Output, streamText } from 'ai';
import { z } from 'zod';
import { metadataOf } from '../support/ai.js';
import { all, client, forebayMetadata } from '../support/gateway.js';

const { forebay } = client();
const person = z.object({ name: z.string(), age: z.number().int().min(0), tags: z.array(z.string()).min(1) });
const prompt = 'Make up a person of 30 years';

describe('structured output', () => {
  test('Output.object', async () => {
    const { output } = await generateText({ model: forebay('demo'), prompt, output: Output.object({ schema: person }) });

    assert.deepEqual(person.parse(output), output);
  });

  test('Output.object, streamed in parts', async () => {
    const result = streamText({ model: forebay('demo'), prompt, output: Output.object({ schema: person }) });

    const partials = await all(result.partialOutputStream);
    assert.ok(partials.length > 1, `${partials.length} parts`);
    assert.deepEqual(partials.at(-1), await result.output);
    assert.ok(person.safeParse(await result.output).success);
  });

  test('Output.array and Output.choice', async () => {
    const list = await generateText({ model: forebay('demo'), prompt, output: Output.array({ element: person }) });
    const choice = await generateText({
      model: forebay('demo'),
      prompt: 'Is the sky blue or green?',
      output: Output.choice({ options: ['blue', 'green'] }),
    });

    assert.ok(list.output.every(one => person.safeParse(one).success));
    assert.ok(['blue', 'green'].includes(choice.output));
  });

  test('generateObject, which the newest line still has', async () => {
    const { object } = await generateObject({ model: forebay('demo'), prompt, schema: person });

    assert.deepEqual(person.parse(object), object);
  });

  test('the schema reaches the model server as it was sent', async () => {
    const { forebay, requests } = client();
    const output = Output.object({ schema: person, name: 'person', description: 'A person.' });
    // Read as plain text, as the mirror's answer does not fit the schema.
    const result = streamText({ model: forebay('mirror'), prompt, output });
    const seen = JSON.parse(await result.text).body;

    const sent = requests[0].body.response_format;
    assert.equal(sent.type, 'json_schema');
    assert.deepEqual([sent.json_schema.strict, sent.json_schema.name, sent.json_schema.description], [true, 'person', 'A person.']);
    assert.ok(sent.json_schema.schema.$schema);
    assert.deepEqual(seen.response_format, sent);
  });

  test('without supportsStructuredOutputs: json_object and a warning', async () => {
    const { forebay, requests } = client({ supportsStructuredOutputs: false });
    const result = await generateText({ model: forebay('demo'), prompt: 'Say yes', output: Output.json() });

    assert.deepEqual(requests[0].body.response_format, { type: 'json_object' });
    assert.equal(typeof result.output, 'object');
    await assert.doesNotReject(
      generateText({ model: forebay('demo'), prompt, output: Output.json() }).then(({ text }) => JSON.parse(text)),
    );
  });

  test('an agentic answer in a schema', async () => {
    const { forebay } = client({ metadataExtractor: forebayMetadata });
    const result = await generateText({
      model: forebay('demo-agent'),
      prompt: 'What is 12 * 12?',
      output: Output.object({ schema: z.object({ answer: z.string() }) }),
    });

    assert.match(result.output.answer, /144/);
    assert.equal((await metadataOf(result)).forebay.tool_calls, 1);
  });
});
