/**
 * Signatures of commits by gitsign, with certificates and a log of loopback. The answers of git
 * (`%G?`, `verify-commit`) and of gitsign (`gitsign verify`) stand beside ours. The services run in
 * this process, so programs are started without blocking it.
 */

import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingAbility } from '../support/abilities.ts';
import { builtCommand } from '../support/build.ts';
import { ADA, CommitScene } from '../support/commit-scene.ts';
import {
  armored,
  gitsign,
  gitsignCms,
  indefinite,
  logCms,
  protobufEntry,
  usualAttributes,
  withEntry,
  type Certified,
} from '../support/gitsign-signature.ts';
import { identityToken } from '../support/identity-token.ts';
import { missingForInterop } from '../support/interop.ts';
import { ISSUER, SigstoreMock, type Json } from '../support/sigstore-mock.ts';
import { startSigstoreServer, type SigstoreServer } from '../support/sigstore-server.ts';
import { needs } from '../support/tools.ts';

const BOB = 'bob@example.com';
const missing = missingForInterop('git', 'ssh-keygen', 'gitsign', 'openssl');
const missingVerifyTag = missing ?? missingAbility('gitsign/verify-tag');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The answers of git and of gitsign about an object. */
interface Answers {
  readonly git?: string;
  readonly verifyCommit: number;
  readonly gitsign: number;
}

/** A repository, in which gitsign signs. */
class GitsignScene implements Disposable {
  readonly scene: CommitScene;
  readonly base: string;
  readonly #mock: SigstoreMock;
  readonly #url: string;

  constructor(mock: SigstoreMock, { url }: SigstoreServer, format?: 'sha1' | 'sha256') {
    this.scene = new CommitScene(format);
    this.#mock = mock;
    this.#url = url;
    const { folder } = this.scene;
    folder.env['ASSAY_AS_OF'] = new Date().toISOString();
    for (const [name, pem] of Object.entries(mock.pems())) folder.write(`.keys/${name}.pem`, pem);
    folder.write('.keys/root.json', JSON.stringify(mock.root()));
    this.base = this.scene.commit({ at: now() });
    this.trust();
  }

  trust(
    identity = `identity: ${ADA}`,
    emails = `[${ADA}]`,
    root: object = this.#mock.root(),
  ): void {
    this.scene.folder.write('.keys/root.json', JSON.stringify(root));
    const lines = [
      ...['version: 1', 'trusted-roots: [{file: root.json}]', 'identities:'],
      `  - {name: ada, ${identity}, issuer: "${ISSUER}", scopes: []}`,
      ...['commits:', '  signers:', `  - {name: Ada, emails: ${emails}, identities: [ada]}`],
    ];
    this.scene.folder.write('.keys/trust.yaml', `${lines.join('\n')}\n`);
  }

  /** Runs a program with the settings of gitsign; `claims` are those of the identity token. */
  async run(
    args: readonly string[],
    {
      env = {},
      claims = {},
      cwd = this.scene.folder.cwd,
    }: { env?: Record<string, string>; claims?: Json; cwd?: string } = {},
  ): Promise<Ended> {
    const { folder } = this.scene;
    const [command = '', ...rest] = args;
    const all = {
      ...process.env,
      ...this.scene.env(),
      ...this.scene.commitEnv({ at: now() }),
      TUF_ROOT: folder.path('.keys/tuf'),
      SIGSTORE_ROOT_FILE: folder.path('.keys/ca.pem'),
      SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: folder.path('.keys/ctLog.pem'),
      SIGSTORE_REKOR_PUBLIC_KEY: folder.path('.keys/tlog.pem'),
      GITSIGN_FULCIO_URL: this.#url,
      GITSIGN_REKOR_URL: this.#url,
      GITSIGN_REKOR_MODE: 'offline',
      SIGSTORE_ID_TOKEN: identityToken({ email: ADA, email_verified: true, ...claims }),
      ...env,
    };
    return new Promise((resolve) => {
      execFile(command, rest, { cwd, env: all }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  async git(...args: readonly string[]): Promise<Ended> {
    return this.run(['git', ...WITH_GITSIGN, ...args]);
  }

  /** A commit that gitsign signs. */
  async commit(how: Parameters<GitsignScene['run']>[1] = {}): Promise<string> {
    this.scene.git(['checkout', '-q', '--detach', this.base]);
    const args = ['git', ...WITH_GITSIGN, 'commit', '-q', '--allow-empty', '-S', '-m', 'x'];
    const { code, stderr } = await this.run(args, how);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    return this.scene.head();
  }

  /** A commit with a signature over its bytes that the test makes. */
  async made(sign: (payload: Buffer) => Promise<Buffer> | Buffer): Promise<string> {
    this.scene.git(['checkout', '-q', '--detach', this.base]);
    const raw = this.scene.raw(this.scene.commit({ at: now(), message: 'x' }));
    const lines = armored(await sign(Buffer.from(raw, 'latin1')))
      .trimEnd()
      .split('\n');
    return this.scene.write(raw.replace('\n\n', `\ngpgsig ${lines.join('\n ')}\n\n`));
  }

  async answers(id: string): Promise<Answers> {
    const log = await this.git('log', '-1', '--format=%G?', id);
    const identity = ['--certificate-identity', ADA, '--certificate-oidc-issuer', ISSUER];
    return {
      // gitsign before 0.13 adds that it trusts the certificate.
      git: log.stdout.trim().replace('G', 'U'),
      verifyCommit: (await this.git('verify-commit', id)).code,
      gitsign: (await this.run(['gitsign', 'verify', ...identity, id])).code,
    };
  }

  /** Our answer about the commits of a range. */
  async verify(range: string, ...more: readonly string[]): Promise<readonly [number, string]> {
    const args = ['commits', range, '--trust', '.keys/trust.yaml', '-f', 'json', ...more];
    const { stdout, stderr, exitCode } = await this.scene.folder.assay(...args);
    if (stdout === '') return [exitCode, stderr];
    const { problems, signers } = JSON.parse(stdout) as {
      problems: readonly { reason: string }[];
      signers: readonly { kind: string; fingerprint: string }[];
    };
    const [signer] = signers;
    const found = signer && `${signer.kind} ${signer.fingerprint}`;
    return [exitCode, problems[0]?.reason ?? found ?? ''];
  }

  [Symbol.dispose](): void {
    this.scene[Symbol.dispose]();
  }
}

const WITH_GITSIGN = ['-c', 'gpg.format=x509', '-c', 'gpg.x509.program=gitsign'] as const;
const GOOD = `gitsign ${ADA} (${ISSUER})`;

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

async function certified(mock: SigstoreMock, from = Date.now()): Promise<Certified> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...pair, certificate: await mock.certifyAddress(pair, { address: ADA, from }) };
}

describe.skipIf(missing !== undefined)(`gitsign${needs(missing)}`, () => {
  let mock: SigstoreMock;
  let other: SigstoreMock;
  let server: SigstoreServer;
  let place: GitsignScene;
  let ada: Certified;

  beforeAll(async () => {
    [mock, other] = await Promise.all([SigstoreMock.start(), SigstoreMock.start()]);
    server = await startSigstoreServer(mock);
    place = new GitsignScene(mock, server);
    ada = await certified(mock);
  });
  afterAll(async () => {
    place[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });

  const made: GitsignScene['made'] = (sign) => place.made(sign);
  const changed = async (change: (entry: Json) => Json): Promise<string> =>
    place.made((payload) => gitsign(mock, payload, ada, change));
  const changedText = async (change: (text: string) => string): Promise<string> =>
    place.scene.write(change(place.scene.raw(await place.commit())));

  /** Git's word, the exit codes of `git verify-commit` and `gitsign verify`, then ours. */
  it.each<[string, () => Promise<string>, readonly [string, number, number], number, string]>([
    ['by the program itself', () => place.commit(), ['U', 0, 0], 0, GOOD],
    [
      'as the program makes it',
      () => made((payload) => gitsign(mock, payload, ada)),
      ['U', 0, 0],
      0,
      GOOD,
    ],
    [
      'under the address of another person',
      () => place.commit({ env: { GIT_COMMITTER_EMAIL: BOB } }),
      ['U', 0, 0],
      12,
      `it is signed by Ada, and the address "${BOB}" is not theirs`,
    ],
    [
      'for another subject',
      () => place.commit({ claims: { email: BOB } }),
      ['U', 0, 1],
      12,
      `was made by "${BOB}", which is not an identity that is trusted`,
    ],
    [
      'for another issuer',
      () => place.commit({ claims: { iss: 'https://x.example' } }),
      ['U', 0, 1],
      12,
      'confirmed by the issuer "https://x.example"',
    ],
    [
      'over another message',
      () => changedText((text) => text.replace(/\nx\n$/u, '\ny\n')),
      ['N', 1, 1],
      12,
      'was made over other content',
    ],
    [
      'with its header there twice',
      () => changedText((text) => text.replace(/(gpgsig (?:.|\n )*\n)/u, '$1$1')),
      ['U', 0, 0],
      12,
      'it has more than one header with a signature',
    ],
    [
      'in online mode',
      () => place.commit({ env: { GITSIGN_REKOR_MODE: 'online' } }),
      ['N', 1, 1],
      12,
      'has no entry of a log: gitsign stores it in offline mode only',
    ],
    [
      'without its entry',
      () => made((payload) => gitsignCms(payload, ada)),
      ['N', 1, 1],
      12,
      'has no entry of a log',
    ],
    [
      'with the entry of another signature',
      () =>
        made(async (payload) => {
          const entry = await logCms(mock, gitsignCms(payload, ada), ada.certificate);
          return withEntry(gitsignCms(payload, ada), protobufEntry(entry));
        }),
      ['N', 1, 1],
      12,
      'has a log entry that no log of the trusted root confirms',
    ],
    [
      'with an entry of another log',
      () =>
        made(async (payload) => {
          const cms = gitsignCms(payload, ada);
          return withEntry(cms, protobufEntry(await logCms(other, cms, ada.certificate)));
        }),
      ['N', 1, 1],
      12,
      'has a log entry that no log of the trusted root confirms',
    ],
    [
      'with another proof of inclusion',
      () =>
        changed(({ inclusionProof, ...entry }) => {
          const hashes = [Buffer.alloc(32).toString('base64')];
          return { ...entry, inclusionProof: { ...(inclusionProof as Json), hashes } };
        }),
      ['N', 1, 1],
      12,
      'has a log entry whose proof of inclusion does not hold',
    ],
    [
      'with a promise and no proof of inclusion',
      () => changed((entry) => ({ ...entry, inclusionProof: undefined })),
      ['N', 1, 1],
      12,
      'without a proof of inclusion',
    ],
    [
      'with a proof and no promise of inclusion',
      () => changed((entry) => ({ ...entry, inclusionPromise: undefined })),
      ['N', 1, 1],
      12,
      'without a promise of inclusion',
    ],
    [
      'with another time of the log',
      () =>
        changed(({ integratedTime, ...entry }) => {
          return { ...entry, integratedTime: String(Number(integratedTime) + 60) };
        }),
      ['N', 1, 1],
      12,
      'has a log entry that no log of the trusted root confirms',
    ],
    [
      'with a certificate that had expired when it signed',
      () =>
        made(async (payload) => {
          return gitsign(mock, payload, await certified(mock, Date.now() - 900_000));
        }),
      ['N', 1, 1],
      12,
      'has a certificate that the trusted root does not confirm for that time',
    ],
    [
      'with a certificate of another authority',
      () => made(async (payload) => gitsign(mock, payload, await certified(other))),
      ['N', 1, 1],
      12,
      'has a certificate that the trusted root does not confirm for that time',
    ],
    [
      'with two signers',
      () => made((payload) => gitsignCms(payload, ada, { signerCount: 2 })),
      ['N', 1, 1],
      12,
      'has 2 signers',
    ],
    [
      'without a digest of the content',
      () =>
        made((payload) => {
          return gitsignCms(payload, ada, { attributes: usualAttributes(payload).slice(0, 1) });
        }),
      ['N', 1, 1],
      12,
      'signs no digest of the content',
    ],
    [
      'without lengths in front',
      () => made(async (payload) => indefinite(await gitsign(mock, payload, ada))),
      ['U', 0, 0],
      0,
      GOOD,
    ],
  ])('%s', async (...row) => {
    const [, make, expected, code, found] = row;
    const id = await make();
    const { git, verifyCommit, gitsign: own } = await place.answers(id);
    const ours = await place.verify(`${place.base}..${id}`);
    expect([git, verifyCommit, own, ...ours]).toEqual([
      ...expected,
      code,
      expect.stringContaining(found),
    ]);
  });

  const identityFlags = ['--certificate-identity', ADA, '--certificate-oidc-issuer', ISSUER];

  /** Signs a tag and changes it. `verify` says whether a program accepts it. */
  async function expectTagJudged(verify: () => Promise<Ended>): Promise<void> {
    await place.commit();
    const { code } = await place.git('tag', '-s', '-m', 'one', 'v1');
    expect(code).toBe(0);
    expect((await verify()).code).toBe(0);
    expect(await place.verify(`${place.base}..HEAD`, '--tags')).toEqual([0, GOOD]);
    const changed = place.scene.raw('v1', 'tag').replace('\none\n', '\nother\n');
    place.scene.git(['update-ref', 'refs/tags/v1', place.scene.write(changed, 'tag')]);
    expect((await verify()).code).toBe(1);
    expect(await place.verify(`${place.base}..HEAD`, '--tags')).toEqual([
      12,
      expect.stringContaining('was made over other content'),
    ]);
    place.scene.git(['tag', '-d', 'v1']);
  }

  it('of a tag, as git verifies it', async () => {
    await expectTagJudged(() => place.git('verify-tag', 'v1'));
  });

  it.skipIf(missingVerifyTag !== undefined)(`of a tag${needs(missingVerifyTag)}`, async () => {
    await expectTagJudged(() => place.run(['gitsign', 'verify-tag', ...identityFlags, 'v1']));
  });

  it('is named with the trusted root in the verdict', async () => {
    const id = await place.commit();
    const args = ['commits', `${place.base}..${id}`, '--trust', '.keys/trust.yaml'];
    const { stdout } = await place.scene.folder.assay(...args);
    expect(stdout).toContain(`${ADA} (${ISSUER})`);
    expect(stdout).toContain('The trusted root is "root.json"');
  });

  it('is judged by the hook of a server', async () => {
    const { script } = await builtCommand();
    const { folder } = place.scene;
    const bare = folder.path('.keys/bare.git');
    place.scene.git(['clone', '-q', '--bare', '.', bare]);
    const hook = [
      'commits',
      'hook',
      'install',
      '--server',
      '--trust',
      folder.path('.keys/trust.yaml'),
    ];
    const installed = await place.run([process.execPath, script, ...hook], { cwd: bare });
    expect(installed.code).toBe(0);
    const good = await place.commit();
    const pushed = await place.git('push', bare, `${good}:refs/heads/good`);
    expect([pushed.code, pushed.stderr]).toEqual([
      0,
      expect.stringContaining('refs/heads/good: 1 new commit, all signatures count'),
    ]);
    const bad = await place.commit({ claims: { email: BOB } });
    const refused = await place.git('push', bare, `${bad}:refs/heads/bad`);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining(`its signature was made by "${BOB}"`),
    ]);
  });

  it('in a repository of SHA-256', async () => {
    using sha256 = new GitsignScene(mock, server, 'sha256');
    const id = await sha256.commit();
    expect(id).toHaveLength(64);
    expect(await sha256.verify(`${sha256.base}..${id}`)).toEqual([0, GOOD]);
    const other = sha256.scene.write(sha256.scene.raw(id).replace(/\nx\n$/u, '\ny\n'));
    expect(await sha256.verify(`${sha256.base}..${other}`)).toEqual([
      12,
      expect.stringContaining('was made over other content'),
    ]);
    // gitsign reads such a repository through git alone.
    expect(await sha256.answers(id)).toEqual({ git: 'U', verifyCommit: 0, gitsign: 1 });
  });

  it('by a root that does not know the authority', async () => {
    const id = await place.commit();
    place.trust(undefined, undefined, other.root());
    expect(await place.verify(`${place.base}..${id}`)).toEqual([
      12,
      expect.stringContaining('has a certificate that the trusted root does not confirm'),
    ]);
    place.trust();
  });
});
