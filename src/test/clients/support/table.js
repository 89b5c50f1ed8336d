// A reporter of node:test that writes docs/reference/clients.md: a line for each test, below its client and theme.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const HEAD = `# Clients that are tested

Written by \`src/test/clients/run\`, which drives a running gateway with these packages as they come from npm, on
Node ${process.versions.node}. All of them were run with the versions that the lock files pin.
`;

const CLIENTS = {
  'ai-sdk': { name: 'Vercel AI SDK', packages: ['ai', '@ai-sdk/openai-compatible'] },
  openai: { name: 'OpenAI SDK', packages: ['openai'] },
  mcp: {
    name: 'MCP servers from npm',
    folder: '../../../mcp-servers/npm',
    packages: ['everything', 'filesystem', 'memory', 'sequential-thinking'].map(n => `@modelcontextprotocol/server-${n}`),
  },
  guides: { name: 'Code of the documents', packages: [] },
};

export default async function* table(events) {
  const results = new Map();
  for await (const { type, data } of events) {
    const ended = type === 'test:pass' || type === 'test:fail';
    if (ended && data.details.type !== 'suite' && data.nesting > 0) {
      const client = basename(dirname(data.file));
      const rows = results.get(client) ?? [];
      results.set(client, rows);
      const result = data.skip !== undefined ? 'skipped' : type === 'test:pass' ? 'works' : 'fails';
      rows.push({ theme: basename(data.file, '.test.js'), feature: data.name, result });
    }
  }
  yield HEAD;
  for (const [id, { name, folder, packages }] of Object.entries(CLIENTS)) {
    yield `\n## ${name}\n\n`;
    if (packages.length > 0) yield `${packages.map(one => `\`${one}\` ${version(one, folder)}`).join(', ')}\n\n`;
    yield '| theme | feature | result |\n|---|---|---|\n';
    yield* sorted(results.get(id) ?? []).map(row => `| ${row.theme} | ${row.feature} | ${row.result} |\n`);
  }
}

/** By theme; within one, as they stand in the file. */
function sorted(rows) {
  return rows.toSorted((a, b) => a.theme.localeCompare(b.theme, 'en'));
}

function version(name, folder = '.') {
  const file = join(import.meta.dirname, '..', folder, 'node_modules', name, 'package.json');
  return JSON.parse(readFileSync(file)).version;
}
