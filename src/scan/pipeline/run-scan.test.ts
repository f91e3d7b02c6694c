import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { quietContext, type Context } from '../../core/base/context.ts';
import { runScan, withOpenAdvisories, type RunRequest } from './run-scan.ts';

describe('scans that share advisory data', () => {
  let folder: string;
  let warnings: string[];
  let context: Context;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-run-scan-'));
    mkdirSync(path.join(folder, 'app'));
    const lock = { lockfileVersion: 3, packages: { 'node_modules/a': { version: '1.0.0' } } };
    writeFileSync(path.join(folder, 'app/package-lock.json'), JSON.stringify(lock));
    const record = (id: string, ecosystem: string): object => ({
      id,
      modified: '2026-01-01T00:00:00Z',
      affected: [{ package: { ecosystem, name: 'a' }, versions: ['1.0.0'] }],
    });
    mkdirSync(path.join(folder, 'own'));
    writeFileSync(path.join(folder, 'own/1.json'), JSON.stringify(record('OWN-1', 'npm')));
    writeFileSync(path.join(folder, 'own/2.json'), JSON.stringify(record('OWN-2', 'Nope')));
    warnings = [];
    context = quietContext();
    context = { ...context, log: { ...context.log, warn: (text) => warnings.push(text) } };
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const request = (): RunRequest => ({
    targets: [{ reference: path.join(folder, 'app'), kind: 'directory' }],
    advisories: {
      folder: path.join(folder, 'base'),
      canUpdate: false,
      ownPaths: [path.join(folder, 'own')],
    },
  });
  const findingsOf = async (one: RunRequest): Promise<readonly string[]> => {
    const report = await runScan(one, context);
    return report.results.flatMap(({ findings }) =>
      findings.map((finding) => (finding.kind === 'vulnerability' ? finding.advisoryId : '')),
    );
  };

  it('warn once about the own advisories of the user', async () => {
    const shared = await withOpenAdvisories(request(), context);
    expect(await findingsOf(shared)).toEqual(['OWN-1']);
    expect(await findingsOf(shared)).toEqual(['OWN-1']);
    expect(warnings).toEqual([expect.stringContaining('Nope')]);
  });

  it('are none where no advisory data is asked for', async () => {
    const inventory: RunRequest = { targets: request().targets };
    expect(await withOpenAdvisories(inventory, context)).toBe(inventory);
    expect(await findingsOf(inventory)).toEqual([]);
  });

  it('fail before the first scan where the own advisories cannot be read', async () => {
    writeFileSync(path.join(folder, 'own/2.json'), '{');
    await expect(withOpenAdvisories(request(), context)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });
});
