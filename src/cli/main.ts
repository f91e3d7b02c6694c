#!/usr/bin/env node
/** Entry of the command. It loads next to nothing itself: the version is printed at once, the rest on demand. */

import { toolVersion } from '../base/tool.ts';

const args = process.argv.slice(2);
const VERSION_WORDS = new Set(['--version', '-v', 'version']);

if (args.length === 1 && VERSION_WORDS.has(args[0] ?? '')) {
  process.stdout.write(`assay ${toolVersion()}\n`);
} else {
  const { runProcess } = await import('./run.ts');
  await runProcess(args);
}
