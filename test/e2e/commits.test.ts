/**
 * `assay commits` on a repository that real tools signed, with git's own answers (`%G?`,
 * `verify-commit`) beside ours.
 */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ADA, CommitScene, type SceneKey } from '../support/commit-scene.ts';
import { missingTool, needs } from '../support/tools.ts';

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../schema/assay-commits-1.schema.json', import.meta.url), 'utf8'),
) as object;
const isValid = new Ajv2020({ allErrors: true, strict: false }).compile(SCHEMA);

interface Answer {
  readonly commits: { readonly total: number };
  readonly problems: readonly { readonly status: string; readonly reason: string }[];
  readonly signers: readonly { readonly kind: string; readonly signer: string }[];
  readonly verdict: { readonly status: string; readonly exitCode: number };
}

const missing = missingTool('git', 'ssh-keygen', 'gpg');

describe.skipIf(missing !== undefined)(`assay commits${needs(missing)}`, () => {
  let scene: CommitScene;
  let base: string;
  let key: Record<
    | 'ada'
    | 'bob'
    | 'ecdsa'
    | 'rsa'
    | 'stranger'
    | 'stolen'
    | 'ended'
    | 'authority'
    | 'otherAuthority'
    | 'pgp'
    | 'pgpRsa'
    | 'pgpEcdsa'
    | 'pgpExpires'
    | 'pgpRevoked'
    | 'pgpStranger',
    SceneKey
  >;
  let subkey: SceneKey;
  let allowedSigners: string;

  const cert = (name: string, ...args: readonly string[]): SceneKey =>
    scene.certify(key.authority, key.bob, name, ...args);

  beforeAll(() => {
    scene = new CommitScene();
    key = {
      ada: scene.sshKey('ada'),
      bob: scene.sshKey('bob'),
      ecdsa: scene.sshKey('ecdsa', '-t', 'ecdsa', '-b', '384'),
      rsa: scene.sshKey('rsa', '-t', 'rsa', '-b', '2048'),
      stranger: scene.sshKey('stranger'),
      stolen: scene.sshKey('stolen'),
      ended: scene.sshKey('ended'),
      authority: scene.sshKey('authority'),
      otherAuthority: scene.sshKey('other-authority'),
      pgp: scene.gpgKey('pgp'),
      pgpRsa: scene.gpgKey('pgp-rsa', { algorithm: 'rsa2048' }),
      pgpEcdsa: scene.gpgKey('pgp-ecdsa', { algorithm: 'nistp256' }),
      pgpExpires: scene.gpgKey('pgp-expires', { expire: '2025-05-20' }),
      pgpRevoked: scene.gpgKey('pgp-revoked'),
      pgpStranger: scene.gpgKey('pgp-stranger'),
    };
    const { id } = key.pgpRsa;
    scene.gpg(['--passphrase', '', '--quick-add-key', id, 'ed25519', 'sign', 'never']);
    const list = scene.gpg(['--with-colons', '--list-keys', id]);
    const [, added = ''] = /^sub:.*\nfpr:::::::::([0-9A-F]{40}):/mu.exec(list) ?? [];
    subkey = { format: 'openpgp', id: `${added}!` };
    base = scene.commit({ key: key.ada });
    writeTrust();
    const lines = [key.ada, key.bob, key.ecdsa, key.rsa, key.stolen, key.ended].map(
      (one) => `* ${scene.sshLine(one)}`,
    );
    const authority = `* cert-authority ${scene.sshLine(key.authority)}`;
    scene.folder.write('.keys/allowed_signers', `${[...lines, authority].join('\n')}\n`);
    allowedSigners = `gpg.ssh.allowedSignersFile=${scene.folder.path('.keys/allowed_signers')}`;
  });
  afterAll(() => scene[Symbol.dispose]());

  function writeTrust(more: readonly string[] = []): void {
    const pgp = ['pgp', 'pgpRsa', 'pgpEcdsa', 'pgpExpires', 'pgpRevoked'] as const;
    const files = pgp.map((name) => scene.exportGpg(key[name], `${name}.asc`));
    const lines = [key.ada, key.ecdsa, key.rsa].map((one) => `      - ${scene.sshLine(one)}`);
    const text = [
      'version: 1',
      'commits:',
      '  signers:',
      `  - name: Ada`,
      `    emails: [${ADA}]`,
      '    keys:',
      ...lines,
      ...files.map((file) => `      - file: ${file}`),
      '  - {name: Bob, emails: ["*@bots.example.com"], keys: ["' + scene.sshLine(key.bob) + '"]}',
      '  - name: Stolen',
      `    emails: [${ADA}]`,
      `    keys: ["${scene.sshLine(key.stolen)}"]`,
      '    revoked: {reason: laptop stolen, at: 2025-06-01}',
      '  - name: Ended',
      `    emails: [${ADA}]`,
      `    keys: ["${scene.sshLine(key.ended)}"]`,
      '    valid-from: 2025-02-01',
      '    valid-until: 2025-05-15',
      '  authorities:',
      `  - {name: office, principals: ["*@example.com"], key: "${scene.sshLine(key.authority)}"}`,
      ...more,
    ];
    scene.folder.write('.keys/trust.yaml', `${text.join('\n')}\n`);
  }

  async function verify(
    range: readonly string[],
    ...args: readonly string[]
  ): Promise<Answer & { readonly code: number }> {
    const { stdout, stderr, exitCode } = await scene.folder.assay(
      ...['commits', ...range, '--trust', '.keys/trust.yaml', '-f', 'json', ...args],
    );
    if (stdout === '') throw new Error(stderr);
    const answer = JSON.parse(stdout) as Answer;
    expect([isValid(answer), isValid.errors]).toEqual([true, null]);
    expect(answer.verdict.exitCode).toBe(exitCode);
    return { ...answer, code: exitCode };
  }

  function onTop(make: () => string): string {
    scene.git(['checkout', '-q', '--detach', base]);
    return make();
  }

  /** A commit with the key of Ada whose text is changed before it is stored. */
  function changed(change: (text: string) => string): string {
    const good = scene.commit({ key: key.ada });
    return scene.write(change(scene.raw(good)));
  }

  const LONG = Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n');

  /** The status of git and the exit code of `git verify-commit`, then ours. */
  it.each<[string, () => string, string, number, string]>([
    ['an SSH key, Ed25519', () => scene.commit({ key: key.ada }), 'G 0', 0, 'ssh'],
    ['an SSH key, ECDSA', () => scene.commit({ key: key.ecdsa }), 'G 0', 0, 'ssh'],
    ['an SSH key, RSA', () => scene.commit({ key: key.rsa }), 'G 0', 0, 'ssh'],
    [
      'a pattern of addresses',
      () => scene.commit({ key: key.bob, committer: 'ci@bots.example.com' }),
      'G 0',
      0,
      'ssh',
    ],
    [
      'an address in other letters',
      () => scene.commit({ key: key.ada, committer: 'Ada@Example.COM' }),
      'G 0',
      0,
      'ssh',
    ],
    ['an OpenPGP key, Ed25519', () => scene.commit({ key: key.pgp }), 'G 0', 0, 'openpgp'],
    [
      'an OpenPGP key, RSA',
      () => scene.commit({ key: { ...key.pgpRsa, id: `${key.pgpRsa.id}!` } }),
      'G 0',
      0,
      'openpgp',
    ],
    ['an OpenPGP key, ECDSA', () => scene.commit({ key: key.pgpEcdsa }), 'G 0', 0, 'openpgp'],
    ['a subkey of OpenPGP', () => scene.commit({ key: subkey }), 'G 0', 0, 'openpgp'],
    [
      'a key of OpenPGP that expired after it signed',
      () => scene.commit({ key: key.pgpExpires }),
      'Y 1',
      0,
      'openpgp',
    ],
    [
      'a certificate of SSH',
      () => scene.commit({ key: cert('cert', '-n', ADA, '-V', '20250501:20250601') }),
      'G 0',
      0,
      'ssh-certificate',
    ],
    [
      'a message of 5000 lines',
      () => scene.commit({ key: key.pgp, message: LONG }),
      'G 0',
      0,
      'openpgp',
    ],
    [
      'another encoding',
      () =>
        scene.commit({
          key: key.ada,
          message: 'caf\u00e9',
          config: ['i18n.commitEncoding=ISO-8859-1'],
        }),
      'G 0',
      0,
      'ssh',
    ],
    ['a key that ended after it signed', () => scene.commit({ key: key.ended }), 'G 0', 0, 'ssh'],
    ['no key', () => scene.commit(), 'N 1', 10, 'it is not signed'],
    [
      'a key of another committer',
      () => scene.commit({ key: key.bob }),
      'G 0',
      12,
      'it is signed by Bob, and the address "ada@example.com" is not theirs',
    ],
    [
      'an address that only ends like an allowed one',
      () => scene.commit({ key: key.bob, committer: 'x@evil.example@bots.example.com' }),
      'G 0',
      12,
      'is not theirs',
    ],
    [
      'an unknown key of SSH',
      () => scene.commit({ key: key.stranger }),
      'U 1',
      12,
      'is not allowed',
    ],
    [
      'an unknown key of OpenPGP',
      () => scene.commit({ key: key.pgpStranger }),
      'G 0',
      12,
      'is not allowed',
    ],
    [
      'a revoked key',
      () => scene.commit({ key: key.stolen }),
      'G 0',
      12,
      'was revoked on 2025-06-01: laptop stolen',
    ],
    [
      'a key after its end',
      () => scene.commit({ key: key.ended, at: '2025-05-16T00:00:00Z' }),
      'G 0',
      12,
      'expired on 2025-05-15',
    ],
    [
      'a key before its time',
      () =>
        scene.commit({
          key: key.pgp,
          at: '2024-12-01T00:00:00Z',
          signedAt: '2025-05-10T00:00:00Z',
        }),
      'G 0',
      12,
      'is valid only from 2025-01-01',
    ],
    [
      'a key of OpenPGP after its end',
      () =>
        scene.commit({
          key: key.pgpExpires,
          at: '2025-05-21T00:00:00Z',
          signedAt: '2025-05-10T00:00:00Z',
        }),
      'Y 1',
      12,
      'expired at 2025-05-20',
    ],
    [
      'a key of OpenPGP that was revoked later',
      (): string => {
        const id = scene.commit({ key: key.pgpRevoked });
        scene.revokeGpg(key.pgpRevoked);
        scene.exportGpg(key.pgpRevoked, 'pgpRevoked.asc');
        return id;
      },
      'R 1',
      12,
      'is revoked by its certificate',
    ],
    [
      'SHA-1 of OpenPGP',
      () => scene.commit({ key: key.pgp, gpg: '--digest-algo SHA1' }),
      'G 0',
      12,
      'uses a hash that is not accepted',
    ],
    [
      'a signature of OpenPGP that expired',
      () => scene.commit({ key: key.pgp, gpg: '--default-sig-expire 2d' }),
      'X 1',
      12,
      'is a signature that expired',
    ],
    [
      'a signature of OpenPGP with a critical part that is not known',
      () => scene.commit({ key: key.pgp, gpg: '--sig-notation !secret@example.com=1' }),
      'B 1',
      12,
      'critical part that is not known',
    ],
    [
      'a date in the future',
      () => scene.commit({ key: key.ada, at: '2025-06-03T00:00:00Z' }),
      'G 0',
      12,
      'its date 2025-06-03T00:00:00Z is in the future',
    ],
    [
      'a date before its parent',
      () => scene.commit({ key: key.ada, at: '2025-05-01T00:00:00Z' }),
      'G 0',
      12,
      'is more than a day before that of its parent',
    ],
    [
      'another message',
      () => changed((text) => text.replace(/\none\n$/u, '\ntwo\n')),
      'B 1',
      12,
      'was made over other content',
    ],
    [
      'its signature there twice',
      () => changed((text) => text.replace(/(gpgsig (?:.|\n )*\n)/u, '$1$1')),
      'G 0',
      12,
      'it has more than one header with a signature',
    ],
    [
      'a further header that git does not sign',
      () => changed((text) => text.replace('gpgsig ', 'gpgsig-sha256 x\ngpgsig ')),
      'G 0',
      12,
      'it has more than one header with a signature',
    ],
    [
      'a committer that is there twice',
      () => changed((text) => text.replace(/(committer .*\n)/u, '$1$1')),
      'B 1',
      12,
      'it has the header "committer" twice',
    ],
    [
      'a certificate that expired',
      () => scene.commit({ key: cert('cert-old', '-n', ADA, '-V', '20250401:20250501') }),
      'U 1',
      12,
      'has a certificate that expired',
    ],
    [
      'a certificate of another authority',
      () =>
        scene.commit({ key: scene.certify(key.otherAuthority, key.bob, 'cert-other', '-n', ADA) }),
      'U 1',
      12,
      'which is not allowed',
    ],
    [
      'a certificate for another name',
      () => scene.commit({ key: cert('cert-bob', '-n', 'bob@example.com') }),
      'G 0',
      12,
      'is not theirs',
    ],
    [
      'a certificate for a name that its authority may not certify',
      () =>
        scene.commit({
          key: cert('cert-far', '-n', 'ada@other.example'),
          committer: 'ada@other.example',
        }),
      'G 0',
      12,
      'is not theirs',
    ],
    [
      'a certificate of a host',
      () => scene.commit({ key: cert('cert-host', '-h', '-n', ADA) }),
      'U 1',
      12,
      'it is a certificate of a host',
    ],
    [
      'a certificate with a critical option',
      () => scene.commit({ key: cert('cert-option', '-n', ADA, '-O', 'force-command=x') }),
      'G 0',
      12,
      'critical option "force-command"',
    ],
  ])('%s', async (...row) => {
    const [, make, gitSays, code, expected] = row;
    const id = onTop(make);
    expect(scene.gitAnswers(id, [allowedSigners])).toBe(gitSays);
    const answer = await verify([`${base}..${id}`]);
    const found = answer.problems[0]?.reason ?? answer.signers[0]?.kind;
    expect([answer.code, found]).toEqual([code, expect.stringContaining(expected)]);
  });
});
