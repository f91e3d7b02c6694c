/** X.509 signatures of commits by gpgsm, with certificates of openssl. */

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ADA, CommitScene } from '../support/commit-scene.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop('git', 'ssh-keygen', 'gpgsm', 'gpgconf', 'openssl');
const PERIOD = ['-startdate', '20250101000000Z', '-enddate', '20250531000000Z'];

/** `openssl ca` alone sets both ends of the period of validity before OpenSSL 3.4. */
const AUTHORITY_CONFIG = `[ca]
default_ca = made
[made]
database = $ENV::CA_DATABASE
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any_name
[any_name]
commonName = supplied
`;

describe.skipIf(missing !== undefined)(`X.509 signatures${needs(missing)}`, () => {
  let scene: CommitScene;
  let base: string;
  let home: string;
  let program: string;

  const openssl = (...args: readonly string[]): string => scene.tool('openssl', args);
  const at = (name: string): string => scene.folder.path(`.keys/${name}`);

  /** Makes a key, and its certificate signed with the key that `signer` gives. */
  function issue(name: string, signer: readonly string[], extensions: readonly string[]): void {
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', at(`${name}.key`)];
    openssl('req', ...key, '-out', at(`${name}.csr`), '-subj', `/CN=${name}`);
    scene.folder.write(`.keys/${name}.ext`, `${extensions.join('\n')}\n`);
    const config = scene.folder.path(scene.folder.write('.keys/ca.conf', AUTHORITY_CONFIG));
    const database = scene.folder.path(scene.folder.write('.keys/issued', ''));
    const files = ['-in', at(`${name}.csr`), '-out', at(`${name}.pem`)];
    const options = ['-batch', '-notext', '-outdir', at('.'), ...files, ...PERIOD];
    scene.tool(
      'openssl',
      ['ca', '-config', config, ...signer, ...options, '-extfile', at(`${name}.ext`)],
      { CA_DATABASE: database },
    );
  }

  /** Makes an authority. */
  function authority(name: string, ...extensions: readonly string[]): void {
    issue(
      name,
      ['-selfsign', '-keyfile', at(`${name}.key`)],
      ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign', ...extensions],
    );
    const out = openssl('x509', '-in', at(`${name}.pem`), '-noout', '-fingerprint', '-sha1');
    trusted.push(`${out.replace(/^.*=/u, '')} S relax`);
  }

  const trusted: string[] = [];
  const PLAIN = [
    'basicConstraints=CA:FALSE',
    'keyUsage=critical,digitalSignature',
    'extendedKeyUsage=emailProtection',
  ];

  /**
   * Makes a certificate and gives it to gpgsm. Returns its fingerprint, by which gpgsm finds it.
   */
  function certificate(name: string, issuer: string, extensions: readonly string[]): string {
    const by = ['-cert', at(`${issuer}.pem`), '-keyfile', at(`${issuer}.key`)];
    issue(name, by, extensions);
    openssl(
      'pkcs12',
      '-export',
      '-legacy',
      '-in',
      at(`${name}.pem`),
      '-inkey',
      at(`${name}.key`),
      '-certfile',
      at(`${issuer}.pem`),
      '-out',
      at(`${name}.p12`),
      '-passout',
      'pass:x',
    );
    scene.tool(program, ['--import', at(`${name}.p12`)], { ...env(), FAKED: '20250201T000000' });
    const out = openssl('x509', '-in', at(`${name}.pem`), '-noout', '-fingerprint', '-sha1');
    return `0x${out.replace(/^.*=/u, '').replaceAll(':', '')}`;
  }

  const env = (): Record<string, string> => ({ GNUPGHOME: home });

  beforeAll(() => {
    scene = new CommitScene();
    home = mkdtempSync(path.join(tmpdir(), 'sm-'));
    chmodSync(home, 0o700);
    mkdirSync(at('x'));
    program = scene.folder.path(
      scene.folder.write(
        '.keys/gpgsm',
        '#!/bin/sh\nexec gpgsm --faked-system-time "$FAKED" --batch --disable-crl-checks --pinentry-mode loopback --passphrase-fd 3 "$@" 3<<X\nx\nX\n',
      ),
    );
    chmodSync(program, 0o755);
    base = scene.commit({ key: scene.sshKey('ada') });
    authority('root');
    authority('other');
    scene.tool('sh', ['-c', 'cat > "$0/trustlist.txt"', home], {}, `${trusted.join('\n')}\n`);
    trust(['  roots: [{file: root.pem}]']);
  });
  afterAll(() => {
    try {
      execFileSync('gpgconf', ['--kill', 'all'], { env: { ...process.env, GNUPGHOME: home } });
    } finally {
      rmSync(home, { recursive: true, force: true });
      scene[Symbol.dispose]();
    }
  });

  function trust(more: readonly string[], keys = ''): void {
    const signer = `  - {name: Ada, emails: [${ADA}]${keys}}`;
    const lines = ['version: 1', 'commits:', '  signers:', signer, ...more];
    scene.folder.write('.keys/trust.yaml', `${lines.join('\n')}\n`);
  }

  function commit(fingerprint: string, date = '2025-05-10T12:00:00Z', committer = ADA): string {
    scene.git(['checkout', '-q', '--detach', base]);
    const how = [
      'gpg.format=x509',
      `user.signingkey=${fingerprint}`,
      `gpg.x509.program=${program}`,
    ];
    const args = ['commit', '-q', '--allow-empty', '-S', '-m', 'x'];
    const commitEnv = { ...scene.commitEnv({ at: date, committer }), ...env() };
    scene.git([...how.flatMap((one) => ['-c', one]), ...args], commitEnv);
    return scene.head();
  }

  function gitAnswers(id: string): string {
    const config = [`gpg.x509.program=${program}`];
    return scene.gitAnswers(id, config, { ...env(), FAKED: '20250520T000000' });
  }

  async function verify(id: string): Promise<readonly [number, string]> {
    const args = ['commits', `${base}..${id}`, '--trust', '.keys/trust.yaml', '-f', 'json'];
    const { stdout, stderr, exitCode } = await scene.folder.assay(...args);
    if (stdout === '') return [exitCode, stderr];
    const { problems, signers } = JSON.parse(stdout) as {
      problems: readonly { reason: string }[];
      signers: readonly { kind: string }[];
    };
    return [exitCode, problems[0]?.reason ?? signers[0]?.kind ?? ''];
  }

  it.each<[string, string, readonly string[], string, readonly [number, string]]>([
    ['plain', 'root', [`subjectAltName=email:${ADA}`], 'G 0', [0, 'x509']],
    ['letters', 'root', ['subjectAltName=email:Ada@Example.com'], 'G 0', [0, 'x509']],
    ['bob', 'root', ['subjectAltName=email:bob@example.com'], 'G 0', [12, 'is not theirs']],
    ['nameless', 'root', ['subjectAltName=DNS:ada.example.com'], 'G 0', [12, 'is not theirs']],
    ['stranger', 'other', [`subjectAltName=email:${ADA}`], 'G 0', [12, 'leads to no root']],
    [
      'constrained',
      'root',
      [`subjectAltName=email:${ADA}`, '1.2.3.4=critical,ASN1:NULL'],
      '',
      [12, 'critical extension 1.2.3.4'],
    ],
  ])('of the certificate %s', async (...row) => {
    const [name, issuer, extensions, says, [code, found]] = row;
    const id = (() => {
      try {
        return commit(certificate(name, issuer, [...PLAIN, ...extensions]));
      } catch (error) {
        // gpgsm does not sign with every certificate.
        if (says === '') return undefined;
        throw error;
      }
    })();
    if (id === undefined) return;
    expect(gitAnswers(id)).toBe(says);
    expect(await verify(id)).toEqual([code, expect.stringContaining(found)]);
  });

  it('count at the date of the commit, and for certificates that are listed', async () => {
    const fingerprint = certificate('listed', 'other', [...PLAIN, `subjectAltName=email:x@y.z`]);
    const id = commit(fingerprint);
    expect(await verify(id)).toEqual([12, expect.stringContaining('leads to no root')]);
    trust([], ', keys: [{file: listed.pem}]');
    expect(await verify(id)).toEqual([0, 'x509']);
    trust(['  expired-key: deny'], ', keys: [{file: listed.pem}]');
    expect(await verify(id)).toEqual([
      12,
      expect.stringContaining('expired at 2025-05-31T00:00:01Z'),
    ]);
    trust([], ', keys: [{file: listed.pem}], revoked: {reason: lost}');
    expect(await verify(id)).toEqual([12, expect.stringContaining('was revoked: lost')]);
    trust([], ', keys: [{file: root.pem}]');
    expect(await verify(id)).toEqual([12, expect.stringContaining('leads to no root')]);
    trust(['  roots: [{file: listed.pem}]']);
    expect(await verify(id)).toEqual([2, expect.stringContaining('certificate of a signer')]);
    trust(['  roots: [{file: root.pem}]']);
  });

  it('over other content do not count', async () => {
    const id = commit(certificate('changed', 'root', [...PLAIN, `subjectAltName=email:${ADA}`]));
    const other = scene.write(scene.raw(id).replace(/\nx\n$/u, '\ny\n'));
    expect(gitAnswers(other)).toBe('B 1');
    expect(await verify(other)).toEqual([
      12,
      expect.stringContaining('was made over other content'),
    ]);
    expect(readFileSync(at('root.pem'), 'utf8')).toContain('CERTIFICATE');
  });
});
