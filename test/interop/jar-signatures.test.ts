/**
 * Archives that jarsigner signed with keys of each kind: what is verified of them, and what a
 * change shows.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readCatalog } from '../support/catalog-file.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs, run } from '../support/tools.ts';
import type { SelfCheck } from '../../src/core/model/catalog/catalog.ts';
import { jar } from '../../src/scan/catalog/maven/jar.ts';

const MISSING = missingForInterop('jar', 'jarsigner', 'keytool');
const PASSWORD = 'changeit';
/** Keys as `keytool` makes them, and the algorithm that signs with each. */
const KEYS = [
  ['rsa', ['-keyalg', 'RSA', '-keysize', '2048'], ['-digestalg', 'SHA-1']],
  ['pss', ['-keyalg', 'RSASSA-PSS', '-keysize', '2048'], []],
  ['ec', ['-keyalg', 'EC', '-groupname', 'secp256r1'], ['-digestalg', 'SHA-512']],
  ['ed', ['-keyalg', 'Ed25519'], []],
] as const;

async function checksOf(file: string): Promise<readonly SelfCheck[]> {
  const { packages } = await readCatalog(jar, '/x-1.0.jar', readFileSync(file));
  return packages[0]?.selfChecks ?? [];
}

function outcomesOf(checks: readonly SelfCheck[]): readonly string[] {
  return checks.map(({ kind, outcome }) => `${kind} ${outcome}`);
}

describe.skipIf(MISSING !== undefined)(`archives signed by jarsigner${needs(MISSING)}`, () => {
  let folder = '';
  const at = (name: string): string => path.join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-jar-'));
    mkdirSync(at('in/org'), { recursive: true });
    writeFileSync(at('in/org/A.class'), 'class a');
    writeFileSync(
      at('in/org/a-name-that-is-longer-than-the-seventy-two-bytes-of-a-line-of-a-manifest.txt'),
      'text',
    );
    run('jar', ['--create', '--file', at('unsigned.jar'), '-C', at('in'), '.']);
    for (const [name, key, signing] of KEYS) {
      writeFileSync(at(`${name}.jar`), readFileSync(at('unsigned.jar')));
      const store = ['-keystore', at(`${name}.p12`), '-storepass', PASSWORD];
      run('keytool', [
        '-genkeypair',
        '-alias',
        'key',
        '-dname',
        `CN=${name} signer`,
        ...key,
        ...store,
      ]);
      run('jarsigner', [...store, ...signing, at(`${name}.jar`), 'key']);
    }
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(KEYS)('%s: verified, the signer named', async (name) => {
    const checks = await checksOf(at(`${name}.jar`));
    expect(outcomesOf(checks)).toEqual(['header match', 'header match', 'content match']);
    expect(checks[1]?.by).toContain(`CN=${name} signer`);
  });

  it('a changed entry is named', async () => {
    const file = at('changed.jar');
    writeFileSync(file, readFileSync(at('rsa.jar')));
    writeFileSync(at('in/org/A.class'), 'class b');
    run('jar', ['--update', '--file', file, '-C', at('in'), 'org/A.class']);
    const bad = (await checksOf(file)).filter(({ outcome }) => outcome === 'mismatch');
    expect(bad.map(({ kind, path: place }) => [kind, place])).toEqual([
      ['content', '/x-1.0.jar!/org/A.class'],
    ]);
  });

  it('a manifest that was changed with the entry is shown by the signature file', async () => {
    const file = at('manifest.jar');
    unpack(at('rsa.jar'), at('x'));
    const manifest = readFileSync(at('x/META-INF/MANIFEST.MF'), 'utf8');
    writeFileSync(at('x/META-INF/MANIFEST.MF'), manifest.replace(/(?<=Digest: )./, 'A'));
    pack(file, at('x'));
    const bad = (await checksOf(file)).filter(({ outcome }) => outcome === 'mismatch');
    expect(bad.some(({ kind }) => kind === 'header')).toBe(true);
  });

  it('a signature file that was changed too is shown by its signature', async () => {
    const file = at('sf.jar');
    unpack(at('ec.jar'), at('y'));
    const signature = readFileSync(at('y/META-INF/KEY.SF'), 'utf8');
    writeFileSync(
      at('y/META-INF/KEY.SF'),
      signature.replace('Signature-Version', 'Xignature-Version'),
    );
    pack(file, at('y'));
    const bad = (await checksOf(file)).filter(({ outcome }) => outcome === 'mismatch');
    expect(bad.map(({ path: place }) => place)).toEqual(['/x-1.0.jar!/META-INF/KEY.EC']);
  });

  it('an entry that was added leaves the content unverified', async () => {
    const file = at('added.jar');
    writeFileSync(file, readFileSync(at('rsa.jar')));
    writeFileSync(at('in/B.class'), 'b');
    run('jar', ['--update', '--file', file, '-C', at('in'), 'B.class']);
    expect(outcomesOf(await checksOf(file))).not.toContain('content match');
    expect(outcomesOf(await checksOf(file))).not.toContain('content mismatch');
  });

  function unpack(file: string, into: string): void {
    mkdirSync(into);
    run('jar', ['--extract', '--file', file], into);
  }

  function pack(file: string, from: string): void {
    run('jar', ['--create', '--no-manifest', '--file', file, '-C', from, '.']);
  }
});
