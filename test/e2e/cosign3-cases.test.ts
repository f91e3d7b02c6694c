/**
 * Assay against the recorded answers of cosign 3: an answer is equal, or stricter by a rule that
 * `docs/signatures.md` names. Nothing that cosign refuses passes.
 */

import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { assayArguments, COSIGN_SAMPLES, cosignCases } from '../support/cosign-cases.ts';
import { freePort } from '../support/free-port.ts';
import { runHere } from '../support/run-here.ts';
import { missingTool } from '../support/tools.ts';

const missing =
  COSIGN_SAMPLES === undefined ? '../shared/samples/cosign3' : missingTool('docker-registry');

/** Cases that Assay refuses and cosign accepts, and what the rule is about. */
const STRICTER: ReadonlyMap<string, RegExp> = new Map([
  ['sig-identity', /made for the repository "registry\.example\.com\/acme\/app:1"/u],
  ['moved-sig-no-claims', /is about another image/u],
  ['keyless-identity-regexp-part', /not an identity that is trusted/u],
  ['changed-keyless-timestamp', /no time that the trusted root confirms/u],
  ['blob-changed-keyless-timestamp-of-other', /no time that the trusted root confirms/u],
  ['changed-keyless2-root-hash', /not about the tree of its checkpoint/u],
  ['blob-changed-keyless2-root-hash', /not about the tree of its checkpoint/u],
  ['changed-keyless2-body', /log entry of a kind that is not accepted/u],
  ['blob-changed-keyless2-body', /log entry of a kind that is not accepted/u],
]);

describe.skipIf(missing !== undefined)(
  `recorded answers of cosign 3 (needs ${missing ?? 'nothing'})`,
  () => {
    let folder: string;
    let host: string;
    let stop: () => void;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'assay-cosign-'));
      const port = await freePort();
      host = `localhost:${port}`;
      cpSync(join(COSIGN_SAMPLES ?? '', 'storage'), join(folder, 'storage'), { recursive: true });
      writeFileSync(
        join(folder, 'registry.yml'),
        `version: 0.1\nlog: {level: error}\nstorage:\n  filesystem: {rootdirectory: ${folder}/storage}\nhttp: {addr: "${host}"}\n`,
      );
      const server = spawn('docker-registry', ['serve', join(folder, 'registry.yml')], {
        stdio: 'ignore',
      });
      stop = () => server.kill();
      for (let attempt = 0; attempt < 200; attempt += 1) {
        const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
        if (answer?.ok === true) return;
        await sleep(50);
      }
      throw new Error('docker-registry did not start');
    }, 60_000);
    afterAll(() => {
      stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it.each(cosignCases().map((one) => [one.id, one] as const))(
      '%s',
      async (id, one) => {
        const { exitCode, stdout } = await runHere(assayArguments(one, host), { cwd: folder });
        const stricter = STRICTER.get(id);
        if (stricter !== undefined) {
          expect([exitCode, stdout]).toEqual([12, expect.stringMatching(stricter)]);
          return;
        }
        expect(exitCode === 0).toBe(one.cosign.exitCode === 0);
        if (exitCode !== 0) expect([2, 3, 10, 11, 12, 13]).toContain(exitCode);
      },
      30_000,
    );

    it('has no stricter rule without a case', () => {
      const ids = new Set(cosignCases().map(({ id }) => id));
      expect([...STRICTER.keys()].filter((id) => !ids.has(id))).toEqual([]);
    });
  },
);
