/** What the entry of the command loads before it knows what to do. */

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildCommand, runBuilt, type BuiltCommand } from '../test/support/build.ts';

/** Enough for the version; the code of a scan has hundreds of kilobytes. */
const MAX_ENTRY_BYTES = 8 * 1024;

let command: BuiltCommand;
beforeAll(() => {
  command = buildCommand();
});
afterAll(() => {
  command[Symbol.dispose]();
});

describe('the entry of the bundled command', () => {
  it('loads next to nothing to print a version', async () => {
    const { stdout, exitCode } = await runBuilt(command, ['version'], {
      cwd: path.dirname(command.script),
    });
    expect(stdout).toMatch(/^assay \d+\.\d+\.\d+/);
    expect(exitCode).toBe(0);
    expect(loadedBytes(command.script, new Set())).toBeLessThan(MAX_ENTRY_BYTES);
  });
});

/** Of a module and all that it imports when it is loaded. */
function loadedBytes(file: string, seen: Set<string>): number {
  if (seen.has(file)) return 0;
  seen.add(file);
  const code = readFileSync(file, 'utf8');
  const imports = [...code.matchAll(/(?:from|import)\s*["'](?<name>\.{1,2}\/[^"']+)["']/g)];
  return imports.reduce(
    (sum, { groups }) => sum + loadedBytes(path.resolve(file, '..', groups?.['name'] ?? ''), seen),
    statSync(file).size,
  );
}
