/** The lines of `docs/from-trivy.md` do what the page says. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AssayError } from '../../src/core/base/errors.ts';
import { ask, type Asked } from '../support/command-line.ts';
import { foreignLines, wordsOf } from '../support/foreign-lines.ts';
import { fullReport } from '../support/reports.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-from-trivy-'));
  writeFileSync(join(cwd, 'trivy.yaml.example'), 'severity: [HIGH, CRITICAL]\nexit-code: 1\n');
  writeFileSync(join(cwd, '.trivyignore'), 'CVE-2020-0001\n');
  mkdirSync(join(cwd, '.trivycache'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const page = readFileSync(new URL('../../docs/from-trivy.md', import.meta.url), 'utf8');
const LINES = foreignLines('from-trivy.md', 'trivy');

async function run(line: string): Promise<Asked & { readonly isLoaded: boolean }> {
  const { env, args } = wordsOf(line, 'trivy');
  if (line.includes('--config trivy.yaml')) {
    writeFileSync(join(cwd, 'trivy.yaml'), readFileSync(join(cwd, 'trivy.yaml.example')));
  }
  let isLoaded = false;
  const fetch = (): Promise<never> => {
    isLoaded = true;
    return Promise.reject(new AssayError('INTERRUPTED', 'asked'));
  };
  const asked = await ask(args, {
    cwd,
    env: { XDG_CACHE_HOME: cwd, ...env },
    report: fullReport(),
    fetch,
  });
  return { ...asked, isLoaded };
}

describe('lines of trivy', () => {
  it('are fifteen or more on the page, of every kind', () => {
    expect(LINES.length).toBeGreaterThanOrEqual(15);
    expect(page.match(/^\| `[^`]*\btrivy .*$/gmu)).toHaveLength(LINES.length);
    const text = LINES.map(({ line }) => line).join('\n');
    const kinds = ['--format', '--scanners', 'TRIVY_', 'trivy.yaml', 'k8s', '--disable-telemetry'];
    expect(kinds.filter((kind) => !text.includes(kind))).toEqual([]);
  });

  it.each(LINES)('$line: $result', async ({ line, result, says }) => {
    const { exitCode, request, stderr, stdout, isLoaded } = await run(line);
    if (result === '2') {
      expect([exitCode, request, stdout], stderr).toEqual([2, undefined, '']);
      expect(says.length).toBeGreaterThan(0);
    } else {
      expect(isLoaded || request !== undefined, stderr).toBe(true);
      // That of the report at hand.
      if (!isLoaded) expect(exitCode).toBe(1);
    }
    for (const part of says) expect(stderr.split(part)).toHaveLength(2);
    if (says.length === 0) expect(stderr).not.toMatch(/trivy|secrets|without effect/u);
  });

  it.each(LINES.filter(({ result }) => result === 'runs'))(
    '$line: nothing is said with -q',
    async ({ line }) => {
      const { request, stderr } = await run(`${line} -q`);
      expect(stderr).not.toMatch(/^(?:INFO|WARN) /mu);
      expect(request !== undefined || stderr !== '').toBe(true);
    },
  );
});
