/**
 * The identity of what Assay's own rules find in a directory: a baseline, then 200 lines above,
 * another name of the file, and a second equal finding. Only the last is new, in another directory
 * of another machine too.
 */

import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ask, type Asked } from '../../../../../test/support/command-line.ts';
import { runScan } from '../../../../scan/pipeline/run-scan.ts';

const LINES = [
  'FROM registry.example/base:1.2',
  'RUN curl https://example.org/install | sh',
  'ADD https://example.org/tool /tool',
  'USER root',
  '',
];
const ABOVE = '# a line above\n'.repeat(200);

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-identity-'));
  mkdirSync(join(cwd, 'app'));
  writeFileSync(join(cwd, 'app/Dockerfile'), LINES.join('\n'));
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function audit(folder: string, ...args: readonly string[]): Promise<Asked> {
  const env = { ASSAY_CACHE_DIR: join(cwd, 'cache') };
  return ask(['audit', folder, ...args], { cwd, env, scan: runScan });
}

async function idsIn(folder: string): Promise<readonly string[]> {
  const { stdout } = await audit(folder, '-f', 'json');
  const { results } = JSON.parse(stdout) as {
    readonly results: readonly { readonly findings: readonly { readonly id: string }[] }[];
  };
  return results.flatMap(({ findings }) => findings.map(({ id }) => id));
}

interface Result {
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

/** The fingerprints by which services recognize results. */
async function fingerprintsIn(folder: string): Promise<readonly string[]> {
  const { stdout } = await audit(folder, '-f', 'sarif');
  const { runs } = JSON.parse(stdout) as {
    readonly runs: readonly { readonly results: readonly Result[] }[];
  };
  return runs
    .flatMap(({ results }) => results.map((one) => JSON.stringify(one.partialFingerprints)))
    .sort();
}

/** What a change does to the file. */
const CHANGES: readonly (readonly [string, (folder: string) => void])[] = [
  [
    '200 lines above',
    (folder) => {
      writeFileSync(join(folder, 'Dockerfile'), ABOVE + LINES.join('\n'));
    },
  ],
  [
    'another name of the file',
    (folder) => {
      renameSync(join(folder, 'Dockerfile'), join(folder, 'app.Dockerfile'));
    },
  ],
  [
    'both',
    (folder) => {
      writeFileSync(join(folder, 'Dockerfile'), ABOVE + LINES.join('\n'));
      mkdirSync(join(folder, 'docker'));
      renameSync(join(folder, 'Dockerfile'), join(folder, 'docker/Containerfile'));
    },
  ],
];

describe('findings of own rules', () => {
  it.each(CHANGES)('keep their ids and their fingerprints in SARIF after %s', async (_, change) => {
    const app = join(cwd, 'app');
    const [ids, fingerprints] = [await idsIn(app), await fingerprintsIn(app)];
    expect(ids.length).toBeGreaterThan(3);
    expect(fingerprints).toHaveLength(ids.length);
    change(app);
    expect([...(await idsIn(app))].sort()).toEqual([...ids].sort());
    expect(await fingerprintsIn(app)).toEqual(fingerprints);
  });

  it.each(CHANGES)('are not new after %s; a second equal finding alone is', async (_, change) => {
    const app = join(cwd, 'app');
    await audit(app, '-o', `json=${join(cwd, 'base.json')}`);
    const gate = ['--baseline', join(cwd, 'base.json'), '--fail-on', 'low+new'];
    change(app);
    expect((await audit(app, ...gate)).exitCode).toBe(0);
    writeFileSync(
      join(app, 'other.Dockerfile'),
      `FROM registry.example/base:1.2@sha256:${'0'.repeat(64)}\n${LINES[2]}\nUSER 1000\n`,
    );
    const { exitCode, stdout } = await audit(app, ...gate, '-f', 'csv');
    expect(exitCode).toBe(1);
    const [head = '', ...rows] = stdout.trim().split('\r\n');
    const [isNew, id] = ['new', 'id'].map((name) => head.split(',').indexOf(name));
    const cells = rows.map((row) => row.replaceAll(/"(?:[^"]|"")*"/gu, '').split(','));
    const added = cells.filter((row) => row[isNew ?? -1] === 'yes');
    expect(added.map((row) => row[id ?? -1])).toEqual(['dockerfile/unchecked-download']);
  });

  it('have the same ids in another directory, at another time, in another time zone', async () => {
    const other = mkdtempSync(join(tmpdir(), 'assay-machine-'));
    try {
      const ids = await idsIn(join(cwd, 'app'));
      // A run on one machine gave this id. Every other machine must give the same, or baselines
      // would not match.
      expect(ids).toContain('bcb4e3b886f4394e');
      const copy = join(other, 'some where');
      cpSync(join(cwd, 'app'), copy, { recursive: true });
      vi.stubEnv('TZ', 'Asia/Kolkata');
      expect(await idsIn(copy)).toEqual(ids);
    } finally {
      vi.unstubAllEnvs();
      rmSync(other, { recursive: true });
    }
  });
});
