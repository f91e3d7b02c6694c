/**
 * Makers of secrets, written from the documentation of their publishers alone and before the rules:
 * they judge the rules and are not adjusted to them. Each maker returns a value in the documented
 * format, and some return a value whose checksum or structure is wrong.
 */

import { createHash, generateKeyPairSync } from 'node:crypto';

import { DOCUMENTED_SERVICES } from './documented-services.ts';
import { base62, bech32, crc32 } from './checksums.ts';
import type { Random } from './random-text.ts';

/** A format of secrets as its publisher documents it. */
export interface DocumentedFormat {
  readonly id: string;
  /** The document that describes the format. */
  readonly source: string;
  /** The name of a variable or setting that usually holds the secret. */
  readonly name: string;
  readonly make: (random: Random) => string;
  /**
   * A value that looks the same and cannot be one: a wrong checksum, or a structure that cannot be
   * read.
   */
  readonly wrong?: (random: Random) => string;
  /** Several lines: the secret is a block, and not a value on one line. */
  readonly isBlock?: true;
}

const GITHUB =
  'https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/';

/** A token of GitHub: 30 random characters and the CRC-32 of them in base 62, six digits. */
function withChecksum(prefix: string, random: Random, change = 0): string {
  const body = random.fill('{an:30}');
  return `${prefix}${body}${base62((crc32(Buffer.from(body)) ^ change) >>> 0, 6)}`;
}

const checksummed = (
  id: string,
  prefix: string,
  name: string,
  source: string,
): DocumentedFormat => ({
  id,
  source,
  name,
  make: (random) => withChecksum(prefix, random),
  wrong: (random) => withChecksum(prefix, random, 1 + random.integer(0x7ffffff)),
});

function jwt(random: Random): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = part({ alg: random.pick(['HS256', 'RS256', 'ES256']), typ: 'JWT' });
  const claims = part({ sub: random.fill('{d:10}'), iat: 1_700_000_000 + random.integer(1e7) });
  return `${header}.${claims}.${random.bytes(32).toString('base64url')}`;
}

const pem = (label: string, body: Buffer): string => {
  const lines = body.toString('base64').match(/.{1,64}/gu) ?? [];
  const mark = (word: string): string => `-----${word} ${label}-----`;
  return [mark('BEGIN'), ...lines, mark('END'), ''].join('\n');
};

const elliptic = (type: 'pkcs8' | 'sec1') => (): string => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return privateKey.export({ type, format: 'pem' }).toString();
};

/**
 * The container of OpenSSH: "openssh-key-v1" (PROTOCOL.key of OpenSSH), with a key of the type
 * ssh-ed25519.
 */
function opensshKey(random: Random): string {
  const text = (value: string | Buffer): Buffer => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const [publicKey, seed, check] = [random.bytes(32), random.bytes(32), random.bytes(4)];
  const open = Buffer.concat([text('ssh-ed25519'), text(publicKey)]);
  const secret = Buffer.concat([
    ...[check, check, text('ssh-ed25519'), text(publicKey)],
    ...[text(Buffer.concat([seed, publicKey])), text('a comment'), Buffer.from([1, 2, 3, 4])],
  ]);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[text('none'), text('none'), text(''), Buffer.from([0, 0, 0, 1]), text(open), text(secret)],
  ]);
  return pem('OPENSSH PRIVATE KEY', body);
}

/** The formats that are more than a template. */
const STRUCTURED: readonly DocumentedFormat[] = [
  checksummed('github-personal-token', 'ghp_', 'GITHUB_TOKEN', GITHUB),
  checksummed('github-oauth-token', 'gho_', 'GITHUB_OAUTH', GITHUB),
  checksummed('github-app-token', 'ghs_', 'GH_INSTALLATION', GITHUB),
  checksummed(
    'npm-token',
    'npm_',
    'NPM_TOKEN',
    'https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/',
  ),
  {
    id: 'jwt',
    source: 'RFC 7519, sections 3 and 5; RFC 7515, section 3.1',
    name: 'session',
    make: jwt,
    wrong: (random) => random.fill('eyJ{an:33}.eyJ{an:40}.{url:43}'),
  },
  {
    id: 'private-key',
    source: 'RFC 7468, section 10; RFC 5958',
    name: 'TLS_KEY',
    make: elliptic('pkcs8'),
    wrong: (random) => pem('PRIVATE KEY', Buffer.from([0x41, ...random.bytes(120)])),
    isBlock: true,
  },
  {
    id: 'ec-private-key',
    source: 'RFC 5915, section 4',
    name: 'EC_KEY',
    make: elliptic('sec1'),
    isBlock: true,
  },
  {
    id: 'openssh-private-key',
    source: 'PROTOCOL.key of OpenSSH',
    name: 'DEPLOY_KEY',
    make: opensshKey,
    isBlock: true,
  },
  {
    id: 'pypi-token',
    source: 'https://docs.pypi.org/api/secrets/ and the format of macaroons (libmacaroons, v2)',
    name: 'TWINE_PASSWORD',
    make: (random) => {
      const head = Buffer.from('\u0002\u0001\u0008pypi.org\u0002\u0024', 'latin1');
      const body = Buffer.concat([head, Buffer.from(random.fill('{uuid}')), random.bytes(70)]);
      return `pypi-${body.toString('base64url')}`;
    },
  },
  {
    id: 'grafana-service-account-token',
    source: 'https://grafana.com/docs/grafana/latest/administration/service-accounts/',
    name: 'GRAFANA_AUTH',
    make: (random) => {
      const body = random.fill('{an:32}');
      const sum = crc32(Buffer.from(body)).toString(16).padStart(8, '0');
      return `glsa_${body}_${sum}`;
    },
  },
  {
    id: 'docker-registry-login',
    source: 'https://docs.docker.com/reference/cli/docker/login/ (file config.json, "auths")',
    name: 'auth',
    make: (random) => Buffer.from(random.fill('builder:{an:20}')).toString('base64'),
  },
  {
    id: 'jwk-private-key',
    source: 'RFC 7517, section 4; RFC 8037, section 2',
    name: 'signingKey',
    make: (random) => {
      const [d, x] = [random.bytes(32).toString('base64url'), random.bytes(32)];
      return JSON.stringify({ kty: 'OKP', crv: 'Ed25519', d, x: x.toString('base64url') });
    },
    isBlock: true,
  },
  {
    id: 'laravel-application-key',
    source: 'https://laravel.com/docs/encryption (php artisan key:generate)',
    name: 'APP_KEY',
    make: (random) => `base64:${random.bytes(32).toString('base64')}`,
  },
  {
    id: 'sentry-organization-token',
    source: 'https://docs.sentry.io/account/auth-tokens/ and RFC 0091 of getsentry',
    name: 'SENTRY_AUTH_TOKEN',
    make: (random) => {
      const claims = {
        iat: 1_700_000_000,
        url: 'https://sentry.io',
        region_url: 'https://us.sentry.io',
        org: 'acme',
      };
      const head = Buffer.from(JSON.stringify(claims)).toString('base64');
      return `sntrys_${head}_${random.bytes(32).toString('base64').replaceAll('=', '')}`;
    },
  },
  {
    id: 'database-address',
    source: 'PostgreSQL, "Connection URIs"',
    name: 'DATABASE_URL',
    make: (random) => random.fill(`postgresql://app:{an:18}@db.{a:7}.internal:5432/orders`),
  },
  {
    id: 'age-secret-key',
    source: 'https://github.com/C2SP/C2SP/blob/main/age.md (native X25519 identities)',
    name: 'SOPS_AGE_KEY',
    make: (random) => bech32('age-secret-key-', random.bytes(32)).toUpperCase(),
    wrong: (random) => random.fill('AGE-SECRET-KEY-1QP{AN:56}'),
  },
  {
    id: 'wireguard-private-key',
    source: 'wg(8), "CONFIGURATION FILE FORMAT"',
    name: 'PrivateKey',
    make: (random) => {
      const key = createHash('sha256').update(random.bytes(32)).digest();
      key[0] = (key[0] ?? 0) & 248;
      key[31] = ((key[31] ?? 0) & 127) | 64;
      return key.toString('base64');
    },
  },
];

/** All documented formats: half of the table. */
export const DOCUMENTED_FORMATS: readonly DocumentedFormat[] = [
  ...STRUCTURED,
  ...DOCUMENTED_SERVICES.map(([id, name, template, source]): DocumentedFormat => ({
    id,
    source,
    name,
    make: (random) => random.fill(template),
  })),
];
