/** The lines of `docs/from-grype.md` do what the page says. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AssayError } from '../../src/core/base/errors.ts';
import { runScan } from '../../src/scan/pipeline/index.ts';
import { ask } from '../support/command-line.ts';
import { foreignLines, wordsOf } from '../support/foreign-lines.ts';
import { fullReport } from '../support/reports.ts';

const LINES = foreignLines('from-grype.md', 'grype');

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-from-grype-'));
  writeFileSync(path.join(cwd, 'package-lock.json'), '{}');
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

describe('lines of grype', () => {
  it('are on the page, of every kind', () => {
    const text = LINES.map(({ line }) => line).join('\n');
    const kinds = ['--fail-on', '-o json=', 'sbom:', 'pkg:', 'db check', '--only-fixed'];
    expect(kinds.filter((kind) => !text.includes(kind))).toEqual([]);
    expect(LINES.length).toBeGreaterThanOrEqual(20);
  });

  it.each(LINES)('$line: $result', async ({ line, result, says }) => {
    const asked = { network: false };
    const { args } = wordsOf(line, 'grype');
    const { exitCode, request, stdout, stderr } = await ask(args, {
      cwd,
      env: { XDG_CACHE_HOME: cwd },
      report: fullReport(),
      // A prefix is refused by the scan itself.
      ...(result === '3' && { scan: runScan }),
      fetch: () => {
        asked.network = true;
        return Promise.reject(new AssayError('INTERRUPTED', 'asked'));
      },
    });
    if (result === 'runs') {
      // A command that neither scans nor fetches prints its result.
      const hasPrinted = exitCode === 0 && stdout !== '';
      expect(asked.network || request !== undefined || hasPrinted, stderr).toBe(true);
      expect(says).toEqual([]);
    } else {
      expect([String(exitCode), stdout], stderr).toEqual([result, '']);
      expect(says.length).toBeGreaterThan(0);
    }
    for (const part of says) expect(stderr).toContain(part);
  });
});
