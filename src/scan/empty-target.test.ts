/** What is said where nothing is left to assess. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AssayError } from '../base/errors.ts';
import { scan, type ScanRequest } from './index.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-empty-target-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A lockfile with so many packages that only development needs. */
function write(count: number): void {
  const names = Array.from({ length: count }, (_, at) => `node_modules/a${at}`);
  const packages = Object.fromEntries(names.map((name) => [name, { version: '1.0.0', dev: true }]));
  const lock = JSON.stringify({ lockfileVersion: 3, packages });
  writeFileSync(join(folder, 'package-lock.json'), lock);
}

async function refusal(request: Partial<ScanRequest> = {}): Promise<string> {
  const targets = [{ reference: folder, kind: 'directory' as const }];
  const error: unknown = await scan({ targets, ...request }).catch((thrown: unknown) => thrown);
  if (!(error instanceof AssayError)) return 'scanned';
  return `${error.code}: ${error.message}. ${error.hint ?? ''}`;
}

describe('a target of which nothing is left', () => {
  it.each([
    [
      1,
      /holds nothing to assess: 1 development dependency was left out\. --include-dev-deps scans it/,
    ],
    [
      3,
      /holds nothing to assess: 3 development dependencies were left out\. --include-dev-deps scans them/,
    ],
  ])('says that %i development dependencies were left out', async (count, text) => {
    write(count);
    expect(await refusal()).toMatch(text);
    expect(await refusal({ includeDevDependencies: true })).toBe('scanned');
  });

  it('names the types that were asked for', async () => {
    write(0);
    writeFileSync(join(folder, 'requirements.txt'), 'flask==3.0.0\n');
    expect(await refusal({ packageTypes: ['os'] })).toMatch(
      /NOTHING_TO_SCAN: .* nothing to assess: 1 package left out\. --pkg-types/,
    );
    expect(await refusal()).toBe('scanned');
    writeFileSync(join(folder, 'requirements.txt'), '\n');
    expect(await refusal()).toMatch(/holds no packages that Assay can read/);
  });
});
