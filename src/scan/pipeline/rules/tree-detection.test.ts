/**
 * Detectors of whole directories within a scan: which directories they judge, the cache, links and
 * files that are left out.
 */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { storeIn } from '../../../../test/support/kept-records.ts';
import { quietContext } from '../../../core/base/context.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import { scan, type ScanRequest } from '../index.ts';

let base = '';
let root = '';
let count = 0;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'assay-trees-'));
});
beforeEach(() => {
  count += 1;
  root = join(base, String(count));
  mkdirSync(join(root, '.git'), { recursive: true });
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function judged(
  request: Partial<ScanRequest> = {},
  target: Partial<ScanRequest['targets'][number]> = {},
): Promise<ArtifactResult> {
  const { results } = await scan(
    {
      targets: [{ reference: root, kind: 'directory', ...target }],
      scanners: ['misconfig'],
      readsPackages: false,
      detectorSettings: { repository: { persona: 'pedantic' } },
      ...request,
    },
    quietContext(),
  );
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
}

/** The rules about owners that report something, and the gaps. */
function owners({ findings, diagnostics }: ArtifactResult): readonly string[] {
  return [
    ...findings.flatMap((one) =>
      one.kind === 'rule' && one.rule.includes('own') ? [`${one.rule} ${one.location.path}`] : [],
    ),
    ...diagnostics.flatMap(({ gap, message }) => (gap === undefined ? [] : [message])),
  ];
}

const NONE = 'repository/no-code-owners /package-lock.json';
const LOCKFILE = 'package-lock.json';

it('judges the root of a repository', async () => {
  write(LOCKFILE, '{}');
  expect(owners(await judged())).toEqual([NONE]);
  write('.github/CODEOWNERS', '* @example/all\n');
  expect(owners(await judged())).toEqual([]);
});

it('judges no other directory, also below a repository', async () => {
  write(`sub/${LOCKFILE}`, '{}');
  expect(owners(await judged({}, { reference: join(root, 'sub') }))).toEqual([]);
  expect(owners(await judged({}, { reference: join(root, 'sub'), kind: 'repository' }))).toEqual(
    [],
  );
});

it('takes nothing from the cache that another file has changed', async () => {
  const cache = storeIn(new Map());
  write(LOCKFILE, '{}');
  expect(owners(await judged({ cache }))).toEqual([NONE]);
  expect(owners(await judged({ cache }))).toEqual([NONE]);
  write('docs/CODEOWNERS', '* @example/all\n');
  expect(owners(await judged({ cache }))).toEqual([]);
  write('docs/CODEOWNERS', '*.md @example/all\n');
  const unmatched = 'repository/unmatched-owner-rule /docs/CODEOWNERS';
  expect(owners(await judged({ cache }))).toContain(unmatched);
  write('a.md', '');
  expect(owners(await judged({ cache }))).not.toContain(unmatched);
  rmSync(join(root, '.git'), { recursive: true });
  expect(owners(await judged({ cache }))).toEqual([]);
});

it('says nothing about places that are left out', async () => {
  write(LOCKFILE, '{}');
  expect(owners(await judged({}, { skipDirs: ['.github'] }))).toEqual([]);
  expect(owners(await judged({}, { skipFiles: ['CODEOWNERS'] }))).toEqual([]);
  expect(owners(await judged({}, { skipDirs: ['.git'] }))).toEqual([NONE]);
});

it('follows links inside of the directory only', async () => {
  write(LOCKFILE, '{}');
  write('docs/CODEOWNERS', '* @example/all\n');
  mkdirSync(join(root, '.github'));
  symlinkSync('../docs/CODEOWNERS', join(root, '.github/CODEOWNERS'));
  expect(owners(await judged())).toEqual(['repository/ignored-code-owners /docs/CODEOWNERS']);
  rmSync(join(root, '.github/CODEOWNERS'));
  symlinkSync('/etc/passwd', join(root, '.github/CODEOWNERS'));
  const [, ...gaps] = owners(await judged());
  expect(gaps).toHaveLength(2);
  for (const gap of gaps) expect(gap).toMatch(/symlink/);
});

it('takes a link to nothing for no file', async () => {
  write(LOCKFILE, '{}');
  symlinkSync('nowhere', join(root, 'CODEOWNERS'));
  const [finding, gap] = owners(await judged());
  expect(finding).toBe(NONE);
  expect(gap).toMatch(/symlink to "nowhere"/);
});

it('reads no file of more than 4 MiB', async () => {
  write(LOCKFILE, '{}');
  write('CODEOWNERS', `* @a\n${'#'.repeat(5 << 20)}\n`);
  expect(owners(await judged())).toEqual(['repository/invalid-owner-rule /CODEOWNERS']);
});
