// Preloaded for the lines of packages that are not those beside the suites: what a suite imports by name comes from the
// folder in CLIENTS_PACKAGES.
import { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const data = { from: pathToFileURL(join(process.env.CLIENTS_PACKAGES, 'package.json')).href };
register('./resolve.js', import.meta.url, { data });
