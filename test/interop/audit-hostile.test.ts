/**
 * Rules and hostile artifacts, with the built command: three million files in a layer, of which a
 * million are faults, a line of 500 MB, a file of a million instructions, a file that grows while
 * it is read. Each scan ends within its memory, with a finding or a gap.
 */

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { manyFiles } from '../../bench/many-files.ts';
import { missingForInterop } from '../support/interop.ts';
import { gapMessages, measuredResult, measuredScene } from '../support/measured-scans.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop();
const SCAN_MS = 900_000;

interface RuleReport {
  readonly results: readonly { readonly findings: readonly { readonly rule?: string }[] }[];
  readonly verdict: { readonly status: string };
}

const rulesIn = (stdout: string): readonly (string | undefined)[] =>
  (JSON.parse(stdout) as RuleReport).results.flatMap(({ findings }) =>
    findings.map(({ rule }) => rule),
  );

describe.skipIf(missing !== undefined)(`rules and hostile artifacts${needs(missing)}`, () => {
  const scene = measuredScene();
  const misconfig = ['--scanners', 'misconfig', '--exit-code', '1', '-f', 'json'];

  it.each(['srv', 'usr/share'])(
    'look at three million files below /%s, and find the fault of the configuration',
    async (below) => {
      const archive = manyFiles(path.join(scene.folder, 'crowd.tar'), 3_000_000, below);
      const outcome = await scene.scan(['image', '--input', archive, ...misconfig]);
      rmSync(archive);
      expect(outcome.exitCode).toBe(1);
      expect(rulesIn(outcome.stdout)).toContain('image/root-user');
    },
    SCAN_MS,
  );

  it(
    'keep the limit of findings with a million programs that run as root',
    async () => {
      const archive = manyFiles(path.join(scene.folder, 'crowd.tar'), 1_000_000, 'srv', 0o4755);
      const outcome = await scene.run(['image', '--input', archive, ...misconfig, '--offline']);
      rmSync(archive);
      expect(outcome.peakMib).toBeLessThan(2000);
      expect(outcome.exitCode).toBe(1);
      const setuid = rulesIn(outcome.stdout).filter((rule) => rule === 'image/setuid-file');
      expect(setuid.length).toBeGreaterThan(1000);
      expect(setuid.length).toBeLessThanOrEqual(250_000);
      expect(gapMessages(measuredResult(outcome), 'limit')).not.toEqual([]);
    },
    SCAN_MS,
  );

  it(
    'have a gap for a Dockerfile with a line of 500 MB, and for one of a million instructions',
    async () => {
      const folder = path.join(scene.folder, 'app');
      mkdirSync(path.join(folder, 'line'), { recursive: true });
      const file = openSync(path.join(folder, 'line/Dockerfile'), 'w');
      writeSync(file, 'FROM a\nRUN x');
      const part = Buffer.alloc(1024 * 1024, 'y');
      for (let count = 0; count < 500; count += 1) writeSync(file, part);
      closeSync(file);
      scene.save('app/Dockerfile', 'FROM a:1\n' + 'ADD http://x/y /z\n'.repeat(1_000_000));
      const outcome = await scene.scan(['audit', folder, '--exit-code', '1', '-f', 'json']);
      expect(outcome.exitCode).toBe(6);
      // The second file is one for each scanner that reads Dockerfiles.
      expect(gapMessages(measuredResult(outcome), 'limit')).toHaveLength(3);
    },
    SCAN_MS,
  );

  it(
    'end with a file that another process writes to all the time',
    async () => {
      const file = scene.save('app/Dockerfile', 'FROM a:1\nUSER root\n');
      const script = 'while :; do echo "RUN a" >> "$0"; : > "$0"; echo "FROM a:1" >> "$0"; done';
      const writer = spawn('sh', ['-c', script, file], { stdio: 'ignore' });
      try {
        for (let round = 0; round < 5; round += 1) {
          const args = ['audit', path.dirname(file), '--exit-code', '1', '-f', 'json'];
          const outcome = await scene.scan(args);
          expect([0, 1, 6]).toContain(outcome.exitCode);
          const result = measuredResult(outcome);
          // A pass is one of what was read, and nothing else is said about the file.
          if (outcome.exitCode === 0) expect(result.diagnostics).toEqual([]);
        }
      } finally {
        writer.kill('SIGKILL');
      }
    },
    SCAN_MS,
  );
});
