// A model server for the suites. It answers with the request that it was sent, as JSON; or, if the last message of the user
// is a JSON object, as that tells it to:
//   {"status": 503, "headers": {...}, "body": {...}}    an answer as it stands
//   {"events": [{...}, ...], "end": "done" | "close" | "cut" | "hang"}
//                                                       a stream of these, then [DONE], its end, a reset, or nothing
//   {"events": [...], "bytes": 1}                       so many bytes at a time, each in a packet of its own
//   {"raw": "event: ping\n..."}                         a stream as it stands
//   {"events": [...], "then": {...}}                    once there are results of tools, what `then` says
//   {"wait": true}                                      no answer ever
import { createServer } from 'node:http';

const signs = new Map();

const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://mirror').pathname;
  if (request.method === 'GET') {
    await sign(path).promise;
    response.end();
    return;
  }
  const body = JSON.parse(await text(request));
  sign(`/arrived/${body.user}`).resolve();
  response.on('close', () => response.writableFinished || sign(`/lost/${body.user}`).resolve());
  const script = scriptOf(body.messages);
  if (script.wait) return;
  if (script.status) {
    response.writeHead(script.status, { 'content-type': 'application/json', ...script.headers });
    response.end(JSON.stringify(script.body));
  } else if (body.stream) {
    await stream(response, script.raw !== undefined ? [script.raw] : eventsOf(script.events ?? mirrored(request, body)), script);
  } else {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(whole(request, body)));
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1');

/** What a test waits for: GET /arrived/USER and GET /lost/USER are answered once it has come. */
function sign(name) {
  if (!signs.has(name)) signs.set(name, Promise.withResolvers());
  return signs.get(name);
}

async function text(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function scriptOf(messages = []) {
  try {
    const script = Object(JSON.parse(messages.findLast(message => message.role === 'user').content));
    return messages.at(-1).role === 'tool' ? (script.then ?? {}) : script;
  } catch {
    return {};
  }
}

function told(request, body) {
  return JSON.stringify({ path: request.url, headers: request.headers, body });
}

function whole(request, body) {
  const seen = told(request, body);
  const choice = request.url.endsWith('/chat/completions')
    ? { message: { role: 'assistant', content: seen } }
    : { text: seen };
  return { ...stamp(body), choices: [{ index: 0, ...choice, finish_reason: 'stop' }], usage: usage() };
}

function mirrored(request, body) {
  const chunk = (delta, finish_reason = null) => ({ ...stamp(body), choices: [{ index: 0, delta, finish_reason }] });
  const events = [chunk({ role: 'assistant', content: told(request, body) }), chunk({}, 'stop')];
  return body.stream_options?.include_usage ? [...events, { ...stamp(body), choices: [], usage: usage() }] : events;
}

function eventsOf(data) {
  return data.map(event => `data: ${JSON.stringify(event)}\n\n`);
}

async function stream(response, events, { end = 'done', bytes = Infinity }) {
  response.socket.setNoDelay();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) await write(response, Buffer.from(event), bytes);
  if (end === 'done') response.end('data: [DONE]\n\n');
  if (end === 'close') response.end();
  if (end === 'cut') setImmediate(() => response.socket.resetAndDestroy());
}

/** Each piece in a packet of its own. */
async function write(response, text, bytes) {
  for (let at = 0; at < text.length; at += bytes) {
    response.write(text.subarray(at, at + bytes));
    await new Promise(resolve => setImmediate(resolve));
  }
}

function stamp(body) {
  return { id: 'mirror-1', object: 'chat.completion.chunk', created: 1, model: body.model };
}

function usage() {
  return { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
}
