/**
 * The command: it loads next to nothing itself. The version is printed at once, the rest is loaded
 * on demand.
 */

import { toolVersion } from '../../core/base/build-info.ts';

const args = process.argv.slice(2);
const VERSION_WORDS = new Set(['--version', '-v', 'version']);

if (args.length === 1 && VERSION_WORDS.has(args[0] ?? '')) {
  process.stdout.write(`assay ${toolVersion()}\n`);
} else {
  void import('./shell/run.ts').then(({ runProcess }) => runProcess(args));
}
