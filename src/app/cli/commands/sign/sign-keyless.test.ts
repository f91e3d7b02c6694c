import { createHash, createPublicKey } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../../../../../test/support/command-folder.ts';
import { identityToken } from '../../../../../test/support/identity-token.ts';
import { CONTENT, judge, OTHER, problem } from '../../../../../test/support/keyless-bundles.ts';
import { makeCertificates } from '../../../../../test/support/registry.ts';
import {
  b64,
  IDENTITY,
  ISSUER,
  SigstoreMock,
  signed,
  type Json,
  type LogBody,
} from '../../../../../test/support/sigstore-mock.ts';
import {
  startSigstoreServer,
  type SigstoreServer,
  type SigstoreServerOptions,
} from '../../../../../test/support/sigstore-server.ts';
import { missingTool, needs } from '../../../../../test/support/tools.ts';

const BUNDLE = 'blob.sigstore.json';

let mock: SigstoreMock;
let other: SigstoreMock;
let folder: CommandFolder;
let server: SigstoreServer;
let token: string;

beforeAll(async () => {
  mock = await SigstoreMock.start();
  other = await SigstoreMock.start();
});
beforeEach(async () => {
  folder = new CommandFolder();
  folder.env['ASSAY_OFFLINE'] = 'false';
  folder.write('blob', CONTENT);
  folder.write('root.json', JSON.stringify(mock.root()));
  token = identityToken();
  folder.write('token', `${token}\n`);
  await serve({});
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function serve(options: SigstoreServerOptions): Promise<void> {
  await (server as SigstoreServer | undefined)?.[Symbol.asyncDispose]();
  server = await startSigstoreServer(mock, options);
}

function flags(): string[] {
  const { url } = server;
  return ['--fulcio-url', url, '--rekor-url', url, '--trusted-root', 'root.json'];
}

function signBlob(...more: readonly string[]): Promise<Outcome> {
  return folder.assay('sign-blob', 'blob', '--identity-token', 'token', ...flags(), ...more);
}

/**
 * The token is a secret: neither output, nor file, nor any service but the certificate authority
 * may get a part of it.
 */
function expectNoToken({ stdout, stderr }: Outcome, shown = token): void {
  const files = readdirSync(folder.cwd, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && one.name !== 'token')
    .map((one) => folder.read(`${one.parentPath.slice(folder.cwd.length + 1)}/${one.name}`));
  const others = server.requests.filter(({ line }) => !line.includes('signingCert'));
  const texts = [stdout, stderr, ...files, ...others.map((one) => JSON.stringify(one))];
  for (const part of shown.split('.')) {
    expect(texts.filter((text) => text.includes(part))).toEqual([]);
  }
}

describe('assay sign-blob with an identity token', () => {
  it.each([
    ['Fulcio v2, Rekor v1', {}, false],
    ['Fulcio v1, Rekor v1', { fulcio: 1 }, false],
    ['Rekor v1 and a timestamp', {}, true],
    ['Rekor v2 and a timestamp', { rekor: 2 }, true],
  ] as const)('writes a bundle that verifies: %s', async (_, options, hasTimestamp) => {
    await serve(options);
    const stamp = hasTimestamp ? ['--timestamp-server-url', server.timestampUrl] : [];
    const outcome = await signBlob(...stamp, '-f', 'json', '--trace-http', '--debug');
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(outcome.stdout)).toEqual({
      schemaVersion: 1,
      file: 'blob',
      identity: { name: IDENTITY, issuer: ISSUER },
      bundle: BUNDLE,
    });
    const bundle = folder.json(BUNDLE) as Json;
    expect(judge(bundle, { root: mock.root() })).toMatchObject({
      signer: { names: [IDENTITY], issuer: ISSUER },
    });
    expect(problem(judge(bundle, { root: other.root() }))).toBeDefined();
    expect(existsSync(folder.path('blob.sig'))).toBe(false);
    expectNoToken(outcome);
  });

  it.each(['ASSAY_ID_TOKEN', 'SIGSTORE_ID_TOKEN'])('reads the variable %s', async (name) => {
    folder.env[name] = token;
    const outcome = await folder.run('sign-blob', 'blob', ...flags());
    expect(outcome.stdout).toContain(`Signed blob as ${IDENTITY} (confirmed by ${ISSUER}).`);
    expectNoToken(outcome);
  });

  it('prefers a key that is typed to a token of the environment', async () => {
    folder.env['SIGSTORE_ID_TOKEN'] = token;
    folder.env['ASSAY_KEY_PASSWORD'] = '';
    await folder.assay('key', 'generate', 'team');
    await folder.run('sign-blob', 'blob', '--sign-key', 'team.key', ...flags());
    expect(server.requests).toEqual([]);
  });

  const noOpenssl = missingTool('openssl');
  it.skipIf(noOpenssl !== undefined)(
    `reaches servers with TLS by the authority of --cacert${needs(noOpenssl)}`,
    async () => {
      await serve({ tls: makeCertificates(folder.cwd) });
      const refused = await signBlob();
      expect(refused).toMatchObject({
        exitCode: 3,
        stderr: expect.stringMatching(
          /unable to verify the first certificate|self-signed/u,
        ) as string,
      });
      expect(server.requests).toEqual([]);
      const outcome = await signBlob('--cacert', 'ca.crt');
      expect(outcome).toMatchObject({ exitCode: 0 });
      expectNoToken(outcome);
    },
  );

  it('signs for an e-mail address', async () => {
    token = identityToken({ email: 'ada@example.com', email_verified: true });
    folder.write('token', token);
    const outcome = await signBlob();
    expect(outcome.stdout).toContain('Signed blob as ada@example.com (confirmed by');
    expect(judge(folder.json(BUNDLE) as Json, { root: mock.root() })).toMatchObject({
      signer: { names: ['ada@example.com'], issuer: ISSUER },
    });
    expectNoToken(outcome);
  });

  it('takes the entry that a lost answer had made', async () => {
    const answers: string[] = [];
    const uuid = 'ab'.repeat(32);
    server.trick = async ({ line, body }, response) => {
      if (line === 'POST /api/v1/log/entries') {
        const entry = await mock.logAnswer(JSON.parse(body.toString()) as never);
        answers.push(JSON.stringify({ [uuid]: Object.values(entry)[0] }));
        response.writeHead(409, { location: `/api/v1/log/entries/${uuid}` }).end('{}');
        return true;
      }
      if (line !== `GET /api/v1/log/entries/${uuid}`) return false;
      response.writeHead(200).end(answers[0]);
      return true;
    };
    expect(await signBlob()).toMatchObject({ exitCode: 0 });
    expect(problem(judge(folder.json(BUNDLE) as Json, { root: mock.root() }))).toBeUndefined();
  });
});

describe('tokens', () => {
  const expired = { exp: Math.floor(Date.parse('2025-05-01') / 1000) };
  it.each([
    ['expired', identityToken(expired), 'has expired'],
    ['not a token', 'hello', 'is not a JSON Web Token'],
    ['claims that are not JSON', 'aaaa.bbbb.cccc', 'is not a JSON Web Token'],
    ['empty', '', 'is not a JSON Web Token'],
    ['without an issuer', identityToken({ iss: undefined }), 'has no issuer'],
    ['without a subject', identityToken({ sub: undefined }), 'has no subject'],
    [
      'with an address that is not verified',
      identityToken({ email: 'a@example.com' }),
      'has an e-mail address that its issuer has not verified',
    ],
  ])('a token that is unusable is not sent: %s', async (_, text, message) => {
    folder.write('token', text);
    const outcome = await signBlob('--debug');
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain(`the identity token in "token" ${message}`);
    expect(server.requests.filter(({ line }) => line.includes('signingCert'))).toEqual([]);
    expectNoToken(outcome, text === '' || text === 'hello' ? token : text);
    expect(existsSync(folder.path(BUNDLE))).toBe(false);
  });

  it('is no argument', async () => {
    const outcome = await signBlob('--identity-token', token, '--debug');
    expect(outcome).toMatchObject({ exitCode: 2 });
    expect(outcome.stderr).toContain('--identity-token names a file, and is given a token');
    expectNoToken(outcome);
    expect(server.requests).toEqual([]);
  });

  it('is not sent without encryption', async () => {
    const outcome = await signBlob('--fulcio-url', 'http://fulcio.example.com');
    expect(outcome).toMatchObject({ exitCode: 2 });
    expect(outcome.stderr).toContain('is an address without encryption');
  });

  it('is sent where a variable says, and not where a configuration file says', async () => {
    folder.write('assay.yaml', 'fulcio-url: https://fulcio.example.com\n');
    folder.env['ASSAY_FULCIO_URL'] = server.url;
    const more = ['--rekor-url', server.url, '--trusted-root', 'root.json'];
    const outcome = await folder.assay('sign-blob', 'blob', '--identity-token', 'token', ...more);
    expect(outcome).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('unknown key "fulcio-url"') as string,
    });
  });

  it.each([
    [['--sign-key', 'k', '--identity-token', 'token'], 'exclude each other'],
    [[], 'neither a key nor an identity token is given'],
    [['--identity-token', 'absent'], 'cannot read the identity token in "absent"'],
    [
      ['--identity-token', 'token', '--rekor-url', 'rekor'],
      '--rekor-url is not an address: "rekor"',
    ],
    [['--identity-token', 'token', '--trusted-root', 'token'], 'cannot be used as a trusted root'],
  ])('flags that do not fit: %j', async (args, message) => {
    const outcome = await folder.assay('sign-blob', 'blob', ...args);
    expect(outcome).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(message) as string,
    });
  });

  it('needs the network', async () => {
    const outcome = await signBlob('--offline');
    expect(outcome).toMatchObject({ exitCode: 3 });
    expect(outcome.stderr).toContain('the network is off');
    expect(server.requests).toEqual([]);
  });
});

describe('services that lie', () => {
  const JSON_HEAD = { 'content-type': 'application/json' };

  /** Replaces answers to requests whose line contains `part`. */
  function lie(part: string, reply: (response: ServerResponse, body: Buffer) => unknown): void {
    server.trick = async ({ line, body }, response) => {
      if (!line.includes(part)) return false;
      await reply(response, body);
      return true;
    };
  }

  async function refused(message: string | RegExp, ...more: readonly string[]): Promise<Outcome> {
    const outcome = await signBlob('--debug', '--trace-http', ...more);
    expect([outcome.exitCode, outcome.stderr]).toEqual([3, expect.stringMatching(message)]);
    expectNoToken(outcome);
    expect(readdirSync(folder.cwd).filter((name) => name.startsWith('blob.'))).toEqual([]);
    return outcome;
  }

  /** A certificate that the authority issues for the key of the request. */
  async function certified(
    body: Buffer,
    claims: { subject: string; issuer: string },
  ): Promise<string[]> {
    const { publicKeyRequest } = JSON.parse(body.toString()) as {
      publicKeyRequest: { publicKey: { content: string } };
    };
    return mock.certificateChain(createPublicKey(publicKeyRequest.publicKey.content), claims);
  }

  const chain = (certificates: readonly unknown[]): string =>
    JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates } } });

  it.each([
    [
      'another identity',
      { subject: 'https://evil.example.com', issuer: ISSUER },
      /certificate for "https:\/\/evil.example.com", which the token does not contain/,
    ],
    [
      'another issuer',
      { subject: IDENTITY, issuer: 'https://evil.example.com' },
      /the issuer "https:\/\/evil.example.com", and not with that of the token/,
    ],
  ])('a certificate for %s', async (_, claims, message) => {
    lie('signingCert', async (response, body) => {
      response.writeHead(200, JSON_HEAD).end(chain(await certified(body, claims)));
    });
    await refused(message);
    expect(server.requests.some(({ line }) => line.startsWith('POST /api/v1/log'))).toBe(false);
  });

  it('a certificate whose name is the token', async () => {
    lie('signingCert', async (response, body) => {
      const claims = { subject: `https://evil.example.com/${token}`, issuer: ISSUER };
      response.writeHead(200, JSON_HEAD).end(chain(await certified(body, claims)));
    });
    await refused(/certificate for "\(hidden\)"/u);
  });

  it('a certificate for another key', async () => {
    const { certificate } = await mock.certify();
    const pem = `-----BEGIN CERTIFICATE-----\n${b64(certificate)}\n-----END CERTIFICATE-----\n`;
    lie('signingCert', (response) => response.writeHead(200, JSON_HEAD).end(chain([pem])));
    await refused('has a certificate for another key');
  });

  it('a certificate of another authority', async () => {
    lie('signingCert', async (response, body) => {
      const { publicKeyRequest } = JSON.parse(body.toString()) as {
        publicKeyRequest: { publicKey: { content: string } };
      };
      const key = createPublicKey(publicKeyRequest.publicKey.content);
      const claims = { subject: IDENTITY, issuer: ISSUER };
      response.writeHead(200, JSON_HEAD).end(chain(await other.certificateChain(key, claims)));
    });
    await refused(/is not used: it has a certificate that the trusted root does not confirm/u);
  });

  it.each([
    ['no certificates', chain([]), 'has no certificates'],
    [
      'hundreds of certificates',
      chain(Array.from({ length: 500 }, () => 'x')),
      'has more than 8 certificates',
    ],
    ['certificates that are not texts', chain([1]), 'has a certificate that cannot be read'],
    [
      'a certificate that is none',
      chain(['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']),
      'has a certificate that cannot be read',
    ],
    [
      'an SCT beside the certificate',
      '{"signedCertificateDetachedSct":{}}',
      'has the proof of its log beside',
    ],
    ['an array', '[]', 'is not JSON'],
    ['nothing', '', 'is not JSON'],
    ['another page', '<html>', 'is not JSON'],
    ['deep nesting', '['.repeat(100_000), 'is not JSON'],
  ])('a certificate authority that answers with %s', async (_, body, message) => {
    lie('signingCert', (response) => response.writeHead(200, JSON_HEAD).end(body));
    await refused(message);
  });

  it.each([
    ['the entry of another signature', 'has a log entry that is about another signature'],
    ['an entry that another log made', 'has a log entry that no log of the trusted root confirms'],
    ['an entry of another certificate', 'has a log entry that was made with another certificate'],
  ])('a log that answers with %s', async (what, message) => {
    lie('POST /api/v1/log/entries', async (response, body) => {
      const record = JSON.parse(body.toString()) as LogBody;
      const { certificate, privateKey } = await mock.certify();
      const mine = record.spec as {
        signature: { content: string; publicKey: { content: string } };
      };
      if (what.includes('another signature'))
        mine.signature.content = b64(signed(OTHER, { privateKey }));
      if (what.includes('another certificate'))
        mine.signature.publicKey.content = b64(
          Buffer.from(
            `-----BEGIN CERTIFICATE-----\n${b64(certificate)}\n-----END CERTIFICATE-----\n`,
          ),
        );
      const log = what.includes('another log') ? other : mock;
      response.writeHead(201, JSON_HEAD).end(JSON.stringify(await log.logAnswer(record)));
    });
    await refused(message);
  });

  it('a log whose promise is about another time', async () => {
    lie('POST /api/v1/log/entries', async (response, body) => {
      const answer = await mock.logAnswer(JSON.parse(body.toString()) as LogBody);
      const [uuid, entry] = Object.entries(answer)[0] ?? [];
      const later = { ...entry, integratedTime: (entry?.integratedTime ?? 0) + 60 };
      response.writeHead(201, JSON_HEAD).end(JSON.stringify({ [uuid ?? '']: later }));
    });
    await refused('has a log entry that no log of the trusted root confirms');
  });

  it.each([
    ['no entry', {}, 'is not one entry'],
    ['two entries', { a: {}, b: {} }, 'is not one entry'],
    ['an entry without proofs', { a: { body: '' } }, 'has no body, no promise or no proof'],
    ['texts for numbers', { a: entryLike({ logIndex: '1' }) }, 'has an impossible number'],
    ['a negative number', { a: entryLike({ logIndex: -1 }) }, 'has an impossible number'],
    [
      'a digest that is none',
      { a: entryLike({ logID: 'xyz' }) },
      'has a digest that is not hexadecimal',
    ],
    [
      'a proof that is none',
      { a: entryLike({ verification: { inclusionProof: {}, signedEntryTimestamp: '' } }) },
      'has a proof of inclusion that cannot be read',
    ],
  ])('a log that answers with %s', async (_, answer, message) => {
    lie('POST /api/v1/log/entries', (response) =>
      response.writeHead(201).end(JSON.stringify(answer)),
    );
    await refused(message);
  });

  it.each([
    ['a refusal', Buffer.from('30053003020102', 'hex'), 'refuses a timestamp with status 2'],
    ['nothing', Buffer.alloc(0), 'is not a timestamp'],
    ['a page', Buffer.from('<html>'), 'is not a timestamp'],
  ])('a timestamp authority that answers with %s', async (_, body, message) => {
    lie('/api/v1/timestamp', (response) => response.writeHead(200).end(body));
    await refused(message, '--timestamp-server-url', server.timestampUrl);
    expect(server.requests.some(({ line }) => line.startsWith('POST /api/v1/log'))).toBe(false);
  });

  it.each([
    ['of another authority', () => other, OTHER, 'has no time that the trusted root confirms'],
    ['of another signature', () => mock, OTHER, 'has no time that the trusted root confirms'],
  ])('a timestamp %s', async (_, from, content, message) => {
    lie('/api/v1/timestamp', async (response) => {
      const digest = createHash('sha256').update(content).digest();
      response.writeHead(200).end(await from().answerTimestamp({ digest, certReq: false }));
    });
    await refused(message, '--timestamp-server-url', server.timestampUrl);
  });

  const services = ['signingCert', '/api/v1/log/entries', '/api/v1/timestamp'];

  it.each(services)('an endless answer of %s', async (part) => {
    lie(part, (response) => {
      response.writeHead(200);
      const more = (): void => {
        while (response.write(Buffer.alloc(64 * 1024, 0x20)));
      };
      response.on('drain', more);
      more();
    });
    await refused('is larger than 524288 bytes', '--timestamp-server-url', server.timestampUrl);
  });

  it.each(services)('a redirect of %s', async (part) => {
    await using elsewhere = await startSigstoreServer(mock);
    lie(part, (response, body) => {
      const location = `${elsewhere.url}/${body.toString('latin1').includes(token) ? token : ''}`;
      return response.writeHead(307, { location }).end();
    });
    await refused(
      'redirects the request, which is not sent elsewhere',
      '--timestamp-server-url',
      server.timestampUrl,
    );
    expect(elsewhere.requests).toEqual([]);
  });

  it.each([
    [
      'its own reason',
      (): string => 'no such issuer',
      'refused the request with status 403: "no such issuer"',
    ],
    ['the token', (): string => `bad token ${token}`, /refused the request with status 403$/mu],
    [
      'a part of the token',
      (): string => `bad claims ${token.split('.')[1] ?? ''}`,
      /refused the request with status 403$/mu,
    ],
    ['control characters', (): string => '\u001b[31mred', /status 403: "\uFFFD\[31mred"/u],
  ])('a refusal with %s', async (_, text, message) => {
    lie('signingCert', (response) =>
      response.writeHead(403).end(JSON.stringify({ message: text() })),
    );
    await refused(message);
  });

  it('a certificate authority that refuses an expired token', async () => {
    token = identityToken({ exp: Math.floor(Date.now() / 1000) - 60 });
    folder.write('token', token);
    await refused('refused the request with status 400: "oidc: token is expired"');
  });

  it('a certificate that is not the one that is asked for', async () => {
    const outcome = await signBlob('--certificate-identity', 'https://other.example.com');
    expect(outcome).toMatchObject({ exitCode: 3 });
    expect(outcome.stderr).toContain('and not for the identity that was asked for');
  });

  it('a server that is not there', async () => {
    await refused(
      /cannot get "http:\/\/127.0.0.1:1\/api\/v1\/log"/u,
      '--rekor-url',
      'http://127.0.0.1:1',
    );
  });
});

/** An entry of Rekor v1, as far as its form goes. */
function entryLike(parts: Json): Json {
  const inclusionProof = { logIndex: 0, treeSize: 1, rootHash: '00', hashes: [], checkpoint: '' };
  const verification = { inclusionProof, signedEntryTimestamp: 'AA==' };
  return { body: 'AA==', integratedTime: 1, logIndex: 1, logID: '00', verification, ...parts };
}
