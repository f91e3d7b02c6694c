import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecordStore } from '../../../../core/base/record-store.ts';
import { runCommandLine } from '../../shell/run.ts';

let cache = '';
beforeEach(async () => {
  cache = mkdtempSync(join(tmpdir(), 'assay-clean-'));
  const log = { warn: () => undefined, debug: () => undefined };
  await openRecordStore(join(cache, 'layers'), { log }).put('a', Buffer.from('one'));
  mkdirSync(join(cache, 'advisories'));
  for (const name of ['manifest.json', `${'0'.repeat(64)}.adv`, 'last-verified.json']) {
    writeFileSync(join(cache, 'advisories', name), '12345');
  }
  writeFileSync(join(cache, 'mine.txt'), '');
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

async function assay(line: string): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string, done?: () => void): boolean => {
      written[name] += text;
      done?.();
      return true;
    },
  });
  const io = { stdout: stream('stdout'), stderr: stream('stderr'), env: {}, cwd: cache };
  const args = [...line.split(' '), '--cache-dir', cache];
  return { exitCode: await runCommandLine(args, io), ...written };
}

const layers = (): string[] =>
  existsSync(join(cache, 'layers')) ? readdirSync(join(cache, 'layers')) : [];
const advisories = (): string[] => readdirSync(join(cache, 'advisories')).sort();

describe('assay clean', () => {
  it('removes the results of scans and keeps advisory data', async () => {
    const { exitCode, stdout } = await assay('clean');
    expect({ exitCode, layers: layers() }).toEqual({ exitCode: 0, layers: [] });
    expect(stdout).toMatch(/^results of scans {3}removed 1 file, \d+ B\n/);
    expect(stdout).toContain('advisory data      kept; --vuln-db or --all removes it\n');
    expect(advisories()).toHaveLength(3);
  });

  it('removes advisory data and keeps what protects from older bundles', async () => {
    const { exitCode, stdout } = await assay('clean --vuln-db -f json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ advisories: { fileCount: 1, sizeBytes: 5 } });
    expect(advisories()).toEqual(['last-verified.json']);
    expect(layers()).toContain('last-pruned');
  });

  it('removes both, and nothing that is not its own', async () => {
    await assay('clean --all');
    expect({ layers: layers(), advisories: advisories() }).toEqual({
      layers: [],
      advisories: ['last-verified.json'],
    });
    expect(readdirSync(cache).sort()).toEqual(['advisories', 'mine.txt']);
    expect((await assay('clean --all')).stdout).toBe(
      'results of scans   nothing to remove\nadvisory data      nothing to remove\n',
    );
  });
});

describe('--clear-cache', () => {
  it.each([
    ['without a target', 'image --clear-cache'],
    ['with one, which is not scanned', 'image --clear-cache --input no-such.tar'],
    ['of another command', 'rootfs --clear-cache no-such'],
  ])('removes the results of scans and scans nothing, %s', async (_title, line) => {
    const { exitCode, stdout, stderr } = await assay(line);
    expect({ exitCode, stdout, layers: layers() }).toEqual({ exitCode: 0, stdout: '', layers: [] });
    expect(stderr).toMatch(/removed the results of earlier scans: 1 files?, \d+ B/);
    expect(advisories()).toHaveLength(3);
  });
});
