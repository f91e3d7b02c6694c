/**
 * Certificates that an authority has signed and whose chain does not count, with signatures by
 * openssl.
 */

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { judgeObject } from '../../src/tasks/provenance/judge.ts';
import type { KeyHolder } from '../../src/tasks/provenance/signing-key.ts';
import {
  readX509Signature,
  x509Fingerprint,
  x509KeyId,
} from '../../src/tasks/provenance/x509-signatures.ts';
import { ADA, CommitScene } from '../support/commit-scene.ts';
import { missingTool, needs } from '../support/tools.ts';

const missing = missingTool('git', 'openssl', 'ssh-keygen');
const AUTHORITY = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign'];
const PAYLOAD = Buffer.from('payload');
const SIGNER = [
  'basicConstraints=CA:FALSE',
  'keyUsage=critical,digitalSignature',
  `subjectAltName=email:${ADA}`,
];

describe.skipIf(missing !== undefined)(`chains of certificates${needs(missing)}`, () => {
  let scene: CommitScene;
  const at = (name: string): string => scene.folder.path(`.keys/${name}`);
  const openssl = (...args: readonly string[]): string => scene.tool('openssl', args);
  const read = (name: string): X509Certificate =>
    new X509Certificate(readFileSync(at(`${name}.pem`)));

  function key(name: string): void {
    const args = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    openssl('genpkey', ...args, '-out', at(`${name}.key`));
  }

  /** Makes a certificate for a key; its issuer is a certificate whose key has its name. */
  function certify(
    name: string,
    ofKey: string,
    extensions: readonly string[],
    issuer?: string,
  ): void {
    const by =
      issuer === undefined ? [] : ['-CA', at(`${issuer}.pem`), '-CAkey', at(`${issuer}.key`)];
    const added = extensions.flatMap((one) => ['-addext', one]);
    const base = ['req', '-x509', '-new', '-key', at(`${ofKey}.key`), '-subj', `/CN=${name}`];
    openssl(...base, '-days', '30', ...added, ...by, '-out', at(`${name}.pem`));
  }

  /** Signs the payload with a certificate, and sends that of an authority along. */
  function signature(name: string, ofKey: string, authority?: string): Buffer {
    scene.folder.write('.keys/payload', PAYLOAD.toString());
    const more = authority === undefined ? [] : ['-certfile', at(`${authority}.pem`)];
    const signer = ['-signer', at(`${name}.pem`), '-inkey', at(`${ofKey}.key`)];
    const files = ['-in', at('payload'), ...signer, ...more, '-out', at('signature')];
    openssl('cms', '-sign', '-binary', '-outform', 'DER', ...files);
    return readFileSync(at('signature'));
  }

  /**
   * What is found about a signature by a certificate that the root has signed, perhaps by another
   * authority.
   */
  function reading(
    name: string,
    ofKey: string,
    { authority, revoked }: { readonly authority?: string; readonly revoked?: string },
  ): string {
    const holder = { name: 'Ada', mayUse: () => true };
    const revoking = { ...holder, name: 'Stolen', revoked: { reason: 'stolen' } };
    const listed = revoked === undefined ? [] : [read(revoked)];
    const found = readX509Signature(signature(name, ofKey, authority), PAYLOAD, {
      certificates: new Map(listed.map((one) => [x509Fingerprint(one), [revoking]])),
      revokedKeys: new Map(listed.map((one) => [x509KeyId(one), [revoking]])),
      roots: [read('root')],
      signers: [holder],
    });
    if ('problem' in found) return found.problem;
    const { revokedBy, holders } = found.key;
    if (revokedBy.length > 0) return 'revoked';
    return holders.some(({ mayUse }) => mayUse(ADA)) ? 'counts' : 'counts for nobody';
  }

  beforeAll(() => {
    scene = new CommitScene();
    for (const name of ['root', 'middle', 'leaf', 'other']) key(name);
    certify('root', 'root', AUTHORITY);
  });
  afterAll(() => scene[Symbol.dispose]());

  it.each<[string, readonly string[], string]>([
    ['nothing more', [], 'counts'],
    ['e-mail', ['extendedKeyUsage=emailProtection'], 'counts'],
    ['any purpose', ['extendedKeyUsage=serverAuth,anyExtendedKeyUsage'], 'counts'],
    ['servers', ['extendedKeyUsage=serverAuth'], 'leads to no root'],
    [
      'critical name constraints',
      ['nameConstraints=critical,permitted;email:other.example'],
      'leads to no root',
    ],
    ['name constraints', ['nameConstraints=permitted;email:other.example'], 'leads to no root'],
    ['excluded names', ['nameConstraints=excluded;email:example.com'], 'leads to no root'],
  ])('by an authority with %s', (_, extensions, expected) => {
    certify('middle', 'middle', [...AUTHORITY, ...extensions], 'root');
    certify('leaf', 'leaf', SIGNER, 'middle');
    expect(reading('leaf', 'leaf', { authority: 'middle' })).toContain(expected);
  });

  it.each<[string, string, string]>([
    ['the certificate itself', 'leaf', 'revoked'],
    ['another certificate of the key', 'renewed', 'revoked'],
    ['the authority', 'middle', 'revoked'],
    ['another certificate of the key of the authority', 'crossed', 'revoked'],
    ['another key', 'other', 'counts'],
  ])('with %s revoked', (_, revoked, expected) => {
    certify('middle', 'middle', AUTHORITY, 'root');
    certify('crossed', 'middle', AUTHORITY);
    certify('leaf', 'leaf', SIGNER, 'middle');
    certify('renewed', 'leaf', SIGNER, 'root');
    certify('other', 'other', SIGNER, 'middle');
    expect(reading('leaf', 'leaf', { authority: 'middle', revoked })).toBe(expected);
  });

  it.each<[string, readonly string[], string]>([
    ['everybody', ['*'], 'allowed'],
    ['everybody and one who is revoked', ['*', 'Ada!'], 'refused'],
    ['one who is revoked and everybody', ['Ada!', '*'], 'refused'],
    ['two who count, and one who is revoked', ['*', 'Ada', 'Ada!'], 'refused'],
    ['everybody and another who is revoked', ['*', 'Bob!'], 'allowed'],
    ['everybody, who is revoked, and one who is not', ['Ada', '*!'], 'refused'],
  ])('with entries without keys of %s', (_, entries, expected) => {
    certify('leaf', 'leaf', SIGNER, 'root');
    const signers = entries.map((entry): KeyHolder => {
      const name = entry.replace('!', '');
      const mayUse = (email: string): boolean =>
        name === '*' || email.startsWith(name.toLowerCase());
      return { name, mayUse, ...(entry !== name && { revoked: { reason: 'left' } }) };
    });
    const x509 = {
      certificates: new Map(),
      revokedKeys: new Map(),
      roots: [read('root')],
      signers,
    };
    const none = { keys: new Map(), authorities: new Map() };
    const lists = { startingPoints: [], forges: [], rootNotes: [] };
    const rules = { expiredKey: 'allow-if-valid-then', isAuthorChecked: false } as const;
    const now = Date.now();
    const lines =
      signature('leaf', 'leaf')
        .toString('base64')
        .match(/.{1,64}/gu) ?? [];
    const armor = ['-----BEGIN SIGNED MESSAGE-----', ...lines, '-----END SIGNED MESSAGE-----'];
    const { status } = judgeObject(
      {
        id: '0',
        maker: { name: 'Ada', email: ADA, at: now },
        subject: '',
        payload: PAYLOAD,
        signature: armor.join('\n'),
        parentDates: [],
      },
      { ssh: none, openpgp: new Map(), x509, ...rules, ...lists },
      now,
    );
    expect(status).toBe(expected);
  });
});
