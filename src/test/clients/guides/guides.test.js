// Runs the programs of the guide and of README.md: each block marked `js`, in a file of the name in its first line. A block
// marked `text` right after it says what it prints, where … stands for anything.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { apiKey, baseURL } from '../support/gateway.js';

const ROOT = join(import.meta.dirname, '../../../..');
const SHOWN_URL = 'http://127.0.0.1:8080/v1';
const BLOCK = /^```js\n(.*?)^```$(?:\s*^```text\n(.*?)^```$)?/gms;

for (const document of ['docs/guides/vercel-ai-sdk.md', 'README.md']) {
  describe(document, () => {
    const blocks = blocksOf(document);
    // Below node_modules, where the programs find their packages, and git does not look.
    const folder = join(import.meta.dirname, '../node_modules', `.blocks-${basename(document)}-${process.pid}`);
    mkdirSync(folder);
    after(() => rmSync(folder, { recursive: true }));
    blocks.forEach(({ file, code }) => writeFileSync(join(folder, file), code.replaceAll(SHOWN_URL, baseURL)));

    test(`the blocks of ${document} name their gateway`, () => {
      assert.equal(blocks.filter(({ code }) => code.includes(SHOWN_URL)).length, 1);
    });

    for (const { file, output } of blocks) {
      test(`${document}: ${file.replace('.mjs', '.js')}`, async () => {
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, file)], {
          env: { PATH: process.env.PATH, FOREBAY_KEY: apiKey },
          timeout: 60_000,
        });

        assert.equal(stderr, '');
        if (output === undefined) return;
        assert.match(stdout.trim(), pattern(output), `it printed: ${stdout}`);
      });
    }
  });
}

function blocksOf(document) {
  return [...readFileSync(join(ROOT, document), 'utf8').matchAll(BLOCK)].map(([, code, output], index) => ({
    file: /^\/\/ ([\w-]+\.js)\n/.exec(code)?.[1].replace('.js', '.mjs') ?? `block-${index + 1}.mjs`,
    code: code.replaceAll(/'\.\/([\w-]+)\.js'/g, "'./$1.mjs'"),
    output,
  }));
}

function pattern(output) {
  const literal = output.trim().split('…').map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('[^]*')}$`);
}
