/** `npm run check`: every static check; exit 1 when one fails. */
import { runChecks } from './checks.mjs';

const results = await runChecks();
const failed = results.filter(({ ok }) => !ok).map(({ name }) => name);
process.stdout.write(failed.length === 0 ? `${results.length} checks passed\n` : `failed: ${failed.join(', ')}\n`);
process.exit(failed.length === 0 ? 0 : 1);
