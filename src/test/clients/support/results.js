// A reporter of node:test that writes a line of JSON for each test; table.js makes docs/reference/clients.md of them.
import { basename, dirname } from 'node:path';

export default async function* results(events) {
  for await (const { type, data } of events) {
    const ended = type === 'test:pass' || type === 'test:fail';
    if (ended && data.details.type !== 'suite' && data.nesting > 0) {
      const client = basename(dirname(data.file));
      const theme = basename(data.file, '.test.js');
      const result = data.skip !== undefined && data.skip !== false ? 'absent' : type === 'test:pass' ? 'works' : 'fails';
      yield `${JSON.stringify({ client, theme, feature: data.name, line: process.env.CLIENTS_LINE, result })}\n`;
    }
  }
}
