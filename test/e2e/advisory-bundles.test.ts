/** A team's ready-built base, from its keys to a scan without network. */

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { builtCommand, type BuiltCommand } from '../support/build.ts';
import { runHere, type Outcome } from '../support/run-here.ts';
import { missingTool, needs, run } from '../support/tools.ts';
import { tracedRun, whyNoStrace, type TracedRun } from '../support/traced-run.ts';

const missing = missingTool('openssl', 'tar');
const noStrace = whyNoStrace();

/** The clock of the team that exports, and of those who import a day later. */
const EXPORTED = '--as-of=2026-01-31T12:00:00Z';
const IMPORTED = '--as-of=2026-02-01T12:00:00Z';
const LONG_AFTER = '--as-of=2026-06-01';

let command: BuiltCommand;
let cwd = '';

function record(id: string, name: string, fixed: string): object {
  return {
    id,
    modified: '2026-01-01T00:00:00Z',
    summary: `Something in ${name}`,
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  };
}

function put(name: string, value: object): void {
  mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
  writeFileSync(path.join(cwd, name), JSON.stringify(value));
}

function makeKey(name: string): void {
  run('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', `${name}.pem`], cwd);
  run('openssl', ['pkey', '-in', `${name}.pem`, '-pubout', '-out', `${name}.pub`], cwd);
}

const assay = (line: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  runHere(line.split(' '), { cwd, env });

async function done(line: string, env?: Readonly<Record<string, string>>): Promise<string> {
  const outcome = await assay(line, env);
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  return outcome.stdout;
}

/** Names and digests of all that lies in a cache folder. */
function contentOf(cache: string): readonly string[] {
  const folder = path.join(cwd, cache, 'advisories');
  return readdirSync(folder)
    .sort()
    .map((name) => `${name} ${digestOf(path.join(folder, name))}`);
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

describe.skipIf(missing !== undefined)(`a ready-built base${needs(missing)}`, () => {
  beforeAll(async () => {
    command = await builtCommand();
    cwd = mkdtempSync(path.join(tmpdir(), 'assay-bundles-'));
    for (const name of ['a', 'b', 'c']) makeKey(name);
    put('records/1.json', record('GHSA-aaaa-bbbb-cccc', 'lodash', '4.17.21'));
    put('records/2.json', record('GHSA-dddd-eeee-ffff', 'minimist', '1.2.6'));
    put('more/3.json', record('GHSA-gggg-hhhh-iiii', 'left-pad', '2.0.0'));
    put('app/package-lock.json', {
      name: 'app',
      lockfileVersion: 3,
      packages: {
        '': { name: 'app', dependencies: { lodash: '4.17.20', minimist: '1.2.5' } },
        'node_modules/lodash': { version: '4.17.20' },
        'node_modules/minimist': { version: '1.2.5' },
      },
    });
    await done(`db import records --cache-dir team ${EXPORTED}`);
    await done(`db export old.tar --sign-key a.pem,b.pem --cache-dir team ${EXPORTED}`);
    await done(`db import more --cache-dir team ${IMPORTED}`);
    await done(`db export new.tar --sign-key a.pem --sign-key b.pem --cache-dir team ${IMPORTED}`);
  });
  afterAll(() => {
    command[Symbol.dispose]();
    rmSync(cwd, { recursive: true });
  });

  it('is the same file each time, also of a base that is built again', async () => {
    await done(`db import records --cache-dir again ${EXPORTED}`);
    await done(`db import more --cache-dir again ${IMPORTED}`);
    await done(
      `db export again.tar --sign-key b.pem,a.pem --cache-dir again ${LONG_AFTER} --expires never`,
    );
    await done(
      `db export same.tar --sign-key a.pem,b.pem --cache-dir team ${IMPORTED} --expires never`,
    );
    expect(digestOf(path.join(cwd, 'again.tar'))).toBe(digestOf(path.join(cwd, 'same.tar')));
  });

  it('is a tar that others can look into, signed as openssl verifies', () => {
    const names = run('tar', ['-tf', 'new.tar'], cwd).trim().split('\n');
    expect(names.slice(0, 3)).toEqual(['bundle.json', 'signatures.json', 'manifest.json']);
    run('tar', ['-xf', 'new.tar', 'bundle.json', 'signatures.json'], cwd);
    const text = readFileSync(path.join(cwd, 'signatures.json'), 'utf8');
    const { signatures } = JSON.parse(text) as {
      readonly signatures: readonly { readonly keyId: string; readonly signature: string }[];
    };
    const der = run('openssl', ['pkey', '-pubin', '-in', 'a.pub', '-outform', 'PEM'], cwd);
    const body = Buffer.from(der.replaceAll(/-----.*-----|\n/gu, ''), 'base64');
    const keyId = createHash('sha256').update(body).digest('hex');
    const own = signatures.find((item) => item.keyId === keyId);
    writeFileSync(path.join(cwd, 'a.sig'), Buffer.from(own?.signature ?? '', 'base64'));
    const verify = ['pkeyutl', '-verify', '-pubin', '-inkey', 'a.pub', '-rawin'];
    const said = run('openssl', [...verify, '-in', 'bundle.json', '-sigfile', 'a.sig'], cwd);
    expect(said).toContain('Successfully');
  });

  it('gives the same findings where it is imported', async () => {
    const keys = '--verify-key a.pub --verify-key b.pub --verify-key c.pub --threshold 2';
    await done(`db verify new.tar ${keys} ${IMPORTED}`);
    await done(`db import new.tar ${keys} --cache-dir elsewhere ${IMPORTED}`);
    await done('db verify --cache-dir elsewhere');
    const scan = (cache: string): string =>
      `fs app --offline -f json --exit-code 1 --cache-dir ${cache} ${IMPORTED}`;
    const reports = [await assay(scan('team')), await assay(scan('elsewhere'))].map((outcome) => {
      expect(outcome.exitCode, outcome.stderr).toBe(1);
      return { ...(JSON.parse(outcome.stdout) as object), durationMs: 0 };
    });
    expect(JSON.stringify(reports[1])).toBe(
      JSON.stringify(reports[0]).replaceAll('--cache-dir team', '--cache-dir elsewhere'),
    );
    expect(JSON.stringify(reports[0])).toContain('GHSA-dddd-eeee-ffff');
  });

  it('takes its keys from the environment, and opens encrypted ones', async () => {
    const lock = ['-aes256', '-passout', 'pass:secret words', '-out', 'locked.pem'];
    run('openssl', ['pkey', '-in', 'a.pem', ...lock], cwd);
    const line = `db export locked.tar --cache-dir team ${IMPORTED}`;
    const env = { ASSAY_SIGN_KEY: 'locked.pem', ASSAY_KEY_PASSWORD: 'secret words' };
    await done(line, env);
    await done(`db import locked.tar --cache-dir by-env ${IMPORTED}`, {
      ASSAY_VERIFY_KEY: 'a.pub',
    });
    const wrong = await assay(line, { ...env, ASSAY_KEY_PASSWORD: 'other' });
    expect(wrong).toMatchObject({ exitCode: 2 });
    expect(wrong.stderr).toContain('does not open with the password');
    const without = await assay(line, { ASSAY_SIGN_KEY: 'locked.pem' });
    expect(without).toMatchObject({ exitCode: 2 });
    expect(without.stderr).toContain('ASSAY_KEY_PASSWORD');
  });

  it('names a key of another kind', async () => {
    run('openssl', ['genpkey', '-algorithm', 'rsa', '-out', 'rsa.pem'], cwd);
    const outcome = await assay(`db export x.tar --sign-key rsa.pem --cache-dir team ${IMPORTED}`);
    expect(outcome).toMatchObject({ exitCode: 2, stdout: '' });
    expect(outcome.stderr).toContain('"rsa", not Ed25519');
  });

  describe('is refused with exit code 4, and the old data stays', () => {
    beforeAll(async () => {
      await done(`db import new.tar --verify-key a.pub --cache-dir kept ${IMPORTED}`);
      const bytes = readFileSync(path.join(cwd, 'new.tar'));
      for (const [name, offset] of [
        ['flipped-manifest.tar', 520],
        ['flipped-data.tar', bytes.length - 2000],
      ] as const) {
        const flipped = Buffer.from(bytes);
        flipped[offset] = (flipped[offset] ?? 0) ^ 1;
        writeFileSync(path.join(cwd, name), flipped);
      }
      writeFileSync(path.join(cwd, 'cut.tar'), bytes.subarray(0, bytes.length - 700));
      await done(`db export foreign.tar --sign-key c.pem --cache-dir team ${IMPORTED}`);
      await assay(`db export unsigned.tar --cache-dir team ${IMPORTED}`);
      mkdirSync(path.join(cwd, 'nothing'));
    });

    it.each([
      ['a flipped byte of the manifest', 'flipped-manifest.tar --verify-key a.pub', 'digest'],
      ['a flipped byte of the data', 'flipped-data.tar --verify-key a.pub', 'digest'],
      ['a file that is cut off', 'cut.tar --verify-key a.pub', 'is cut off'],
      ['an older version', 'old.tar --verify-key a.pub', 'older than version'],
      ['an expired manifest', `new.tar --verify-key a.pub ${LONG_AFTER}`, 'expired on'],
      ['a wrong key', 'new.tar --verify-key c.pub', '0 of 1 required signature'],
      [
        'one of two required signatures',
        'new.tar --verify-key a.pub,c.pub --threshold 2',
        '1 of 2 required signatures',
      ],
      ['keys that were not used before', 'foreign.tar --verify-key c.pub', 'is not signed by'],
      ['no signature', 'unsigned.tar --verify-key a.pub', 'is not signed'],
      ['no key given', 'new.tar', 'this import is not verified'],
      ['feed files', 'records', 'this import is not verified'],
    ])('%s', async (_what, rest, reason) => {
      const before = contentOf('kept');
      const clock = rest.includes('--as-of') ? '' : ` ${IMPORTED}`;
      const outcome = await assay(`db import ${rest}${clock} --cache-dir kept`);
      expect(outcome).toMatchObject({ exitCode: 4, stdout: '' });
      expect(outcome.stderr).toContain(reason);
      expect(contentOf('kept')).toEqual(before);
    });

    it('an empty build', async () => {
      const built = await assay(`db import nothing --cache-dir empty ${IMPORTED}`);
      expect(built.exitCode).toBe(4);
      const exported = await assay(`db export empty.tar --sign-key a.pem --cache-dir empty`);
      expect(exported).toMatchObject({ exitCode: 4, stdout: '' });
      expect(readdirSync(cwd)).not.toContain('empty.tar');
    });
  });

  describe.skipIf(noStrace !== undefined)(`opens no socket${needs(noStrace)}`, () => {
    /** Calls that make or use a socket, of the process and all of its threads and children. */
    function socketCalls(line: string): Pick<TracedRun, 'exitCode' | 'calls'> {
      const { exitCode, calls } = tracedRun(command, line.split(' '), { cwd, calls: 'network' });
      return { exitCode, calls };
    }

    it('when a bundle is imported and scanned with on a clean cache', () => {
      const imported = `db import new.tar --verify-key a.pub --cache-dir clean ${IMPORTED} --offline`;
      expect(socketCalls(imported)).toEqual({ exitCode: 0, calls: [] });
      const scan = `fs app --offline --exit-code 1 --cache-dir clean ${IMPORTED}`;
      expect(socketCalls(scan)).toEqual({ exitCode: 1, calls: [] });
    });

    it('and where one is opened, it is counted', () => {
      const { calls } = socketCalls(
        'db update --mirror http://127.0.0.1:59999/ --cache-dir no --timeout 2s',
      );
      expect(calls.filter((call) => call.includes(' socket(')).length).toBeGreaterThan(0);
    });
  });
});
