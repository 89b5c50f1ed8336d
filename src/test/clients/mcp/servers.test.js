// Agentic requests by the dozen, whose tools are public MCP servers as they come from npm. Each asks for something of its
// own, and must get that and nothing of its neighbours'.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { all, apiKey, baseURL, folder, metric } from '../support/gateway.js';

const AT_ONCE = 50;
const SERVERS = ['everything', 'everything-http', 'filesystem', 'memory'];

describe('tools of public servers', () => {
  const transports = { everything: 'stdio', 'everything-http': 'Streamable HTTP', filesystem: 'stdio', memory: 'stdio' };
  for (const server of SERVERS) {
    test(`${AT_ONCE} requests at once: ${server} over ${transports[server]}`, async () => {
      await assertAnswered(Array.from({ length: AT_ONCE }, (_, i) => question(server, `${server}-${i}`, i)));
    });
  }

  test(`${AT_ONCE} requests at once, over all of them`, async () => {
    await assertAnswered(
      Array.from({ length: AT_ONCE }, (_, i) => {
        const server = SERVERS[i % SERVERS.length];
        return question(server, `mix-${i}`, i);
      }),
    );
  });

  test('what was asked for was done: files and entities are there', () => {
    const entities = readFileSync(join(folder, 'memory.jsonl'), 'utf8').trim().split('\n').map(JSON.parse);

    for (let i = 0; i < AT_ONCE; i++) {
      const token = tokenOf(`memory-${i}`);
      assert.equal(entities.filter(entity => entity.name === token).length, 1, token);
    }
    assert.equal(readFileSync(fileOf(tokenOf('filesystem-1')), 'utf8'), tokenOf('filesystem-1'));
  });

  test('images, structured content and links of a server', async () => {
    const image = await ask('everything', 'Get a tiny image', false);
    const structured = await ask('everything-http', 'Get structured content for Chicago', true);
    const links = await ask('everything', 'Get resource links', true);

    assert.match(image.text, /image\/png/);
    assert.match(structured.text, /temperature: \d+/);
    assert.match(links.text, /demo:\/\/resource/);
  });

  test('a tool that reports progress while it runs', async () => {
    const { text } = await ask('everything-http', 'Run a long running operation of 1 seconds with 2 steps', true);

    assert.match(text, /Duration: 1 seconds, Steps: 2/);
  });

  test('a refusal of a tool goes to the model and into the trace', async () => {
    const { text, metadata } = await ask('filesystem', 'Read the text file /etc/hostname', false);

    assert.match(text, /outside allowed directories/);
    assert.deepEqual(metadata.tools.map(call => call.error), ['tool_error']);
  });

  test('sequential-thinking: its tool is offered and can be called', async () => {
    const { metadata } = await ask('sequential-thinking', 'Think about 1 of 3 thoughts: "rivers run downhill"', false);

    assert.deepEqual(metadata.tools.map(call => [call.server, call.tool, call.error]), [
      ['sequential-thinking', 'sequentialthinking', undefined],
    ]);
  });

  test('all servers are up afterwards, and none was started twice', async () => {
    for (const server of [...SERVERS, 'sequential-thinking']) {
      assert.equal(await metric('forebay_mcp_server_up', { server }), 1, server);
      const labels = { mcp_server: server, mcp_method_name: 'initialize' };
      assert.equal(await metric('mcp_client_operation_duration_seconds_count', labels), 1, server);
    }
  });
});

/** Streamed and whole by turns. */
function question(server, id, number) {
  const token = tokenOf(id);
  return { server, token, stream: number % 2 === 0, ...(server === 'filesystem' ? files : server === 'memory' ? graph : plain)(token, number) };
}

function plain(token, number) {
  const [a, b] = [10_000 + number, 3_000_000];
  return number % 4 < 2
    ? { prompt: `Echo the message "${token}"`, expected: [`Echo: ${token}`], calls: 1 }
    : { prompt: `Echo the message "${token}", and add ${a} and ${b}`, expected: [`Echo: ${token}`, `${a + b}`], calls: 2 };
}

function files(token, number) {
  const file = fileOf(token);
  mkdirSync(join(file, '..'), { recursive: true });
  if (number % 2 === 0) {
    writeFileSync(file, token);
    return { prompt: `List the directory ${join(file, '..')}`, expected: [`[FILE] ${token}.txt`], calls: 1 };
  }
  return {
    prompt: `Write "${token}" to ${file}, then read the text file ${file}`,
    expected: ['Successfully wrote', `) answered: ${token}`],
    calls: 2,
  };
}

function graph(token) {
  return {
    prompt: `Create an entity called ${token} of type person with observations likes tea, then search nodes for ${token}`,
    expected: [`create_entities ({"entities":[{"name":"${token}"`, `search_nodes (query: ${token}) answered: {"entities":[{"name":"${token}"`],
    calls: 2,
  };
}

async function assertAnswered(questions) {
  const answers = await Promise.all(questions.map(({ server, prompt, stream }) => ask(server, prompt, stream)));
  questions.forEach(({ server, token, expected, calls }, i) => {
    const { text, metadata } = answers[i];
    for (const part of expected) assert.ok(text.includes(part), `${part} is not in: ${text}`);
    assert.deepEqual(new Set(text.match(/tok[a-z]*\d+x/g)), new Set([token]), 'nothing of a neighbour');
    assert.equal(metadata.stop_reason, 'stop');
    assert.deepEqual(metadata.tools.map(call => [call.server, call.error]), Array(calls).fill([server, undefined]));
  });
}

/** One word, so that names of files and entities can hold it. */
function tokenOf(id) {
  return `tok${id.replaceAll('-', '')}x`;
}

function fileOf(token) {
  return join(folder, 'files', token, `${token}.txt`);
}

async function ask(model, prompt, stream) {
  const response = await fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: prompt }] }),
  });
  assert.equal(response.status, 200, await failure(response));
  if (!stream) {
    const { choices, x_forebay: metadata } = await response.json();
    return { text: choices[0].message.content, metadata };
  }
  const text = Buffer.concat(await all(response.body)).toString();
  const events = text.split('\n\n').filter(event => event.startsWith('data: ')).map(event => event.slice('data: '.length));
  assert.equal(events.pop(), '[DONE]');
  const chunks = events.map(JSON.parse);
  return {
    text: chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join(''),
    metadata: chunks.find(chunk => chunk.x_forebay).x_forebay,
  };
}

async function failure(response) {
  return response.status === 200 ? undefined : response.text();
}
