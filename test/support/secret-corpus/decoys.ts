/**
 * Texts that look like secrets and are none, as they stand in real files: at least 3,000, made from
 * a seed.
 */

import { createHash } from 'node:crypto';

import type { CorpusFile } from './carriers.ts';
import { DOCUMENTED_FORMATS } from './documented-formats.ts';
import type { Random } from './random-text.ts';

/** A file that contains no secret. */
export interface Decoy extends CorpusFile {
  readonly kind: string;
}

type Make = (random: Random) => readonly [path: string, content: string];

const hash = (random: Random, name: string, encoding: 'hex' | 'base64'): string =>
  createHash(name).update(random.bytes(16)).digest(encoding);

const NAMES = [
  'password',
  'api_key',
  'secret',
  'token',
  'DB_PASSWORD',
  'clientSecret',
  'ACCESS_TOKEN',
] as const;

const PLACEHOLDERS = [
  'changeme',
  'CHANGE_ME',
  'your-api-key-here',
  '<your token>',
  'xxxxxxxxxxxxxxxx',
  'REPLACE_WITH_SECRET',
  'example-password',
  '****************',
  'TODO',
  'insert_your_key_here',
  'my-secret-token',
  'placeholder',
  'dummy',
  'YOUR_API_KEY',
  'enter your password',
  'password',
  'test',
  '1234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'none',
  'null',
  'secret',
  'not-a-real-secret',
  '0000000000000000',
] as const;

const REFERENCES = [
  '${DB_PASSWORD}',
  '$SECRET',
  '{{ .Values.password }}',
  '%(password)s',
  'process.env.TOKEN',
  "os.environ['TOKEN']",
  'ENV.fetch("KEY")',
  '${{ secrets.DEPLOY_TOKEN }}',
  '@Microsoft.KeyVault(SecretUri=x)',
  'vault:secret/data/app#password',
  '!Ref DatabasePassword',
  'config.get("password")',
  'getSecret()',
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:app',
  '#{ENV["KEY"]}',
  '/run/secrets/db',
  'file:///etc/app/token',
  '<%= password %>',
  'var.db_password',
  'env:API_KEY',
  'ssm:/app/token',
  '%APP_TOKEN%',
] as const;

/** Each kind of decoy, with the number of files. */
const KINDS: Readonly<Record<string, readonly [count: number, make: Make]>> = {
  'integrity in an npm lockfile': [
    150,
    (random) => [
      'package-lock.json',
      `{\n  "packages": {\n    "node_modules/a": {\n      "version": "1.0.${random.integer(90)}",\n      "integrity": "sha512-${hash(random, 'sha512', 'base64')}"\n    }\n  }\n}\n`,
    ],
  ],
  'integrity in a yarn lockfile': [
    80,
    (random) => [
      'yarn.lock',
      `token@^1.0.0:\n  version "1.0.0"\n  resolved "https://registry.example/token/-/token-1.0.0.tgz#${hash(random, 'sha1', 'hex')}"\n  integrity sha1-${hash(random, 'sha1', 'base64')}\n`,
    ],
  ],
  'hash in a Python lockfile': [
    80,
    (random) => [
      'poetry.lock',
      `[[package]]\nname = "keyring"\nfiles = [\n    {file = "a.whl", hash = "sha256:${hash(random, 'sha256', 'hex')}"},\n]\n`,
    ],
  ],
  'sum of a Go module': [
    80,
    (random) => [
      'go.sum',
      `example.com/auth/token v1.2.${random.integer(50)} h1:${hash(random, 'sha256', 'base64')}\n`,
    ],
  ],
  'checksum in a Cargo lockfile': [
    60,
    (random) => [
      'Cargo.lock',
      `[[package]]\nname = "secrecy"\nversion = "0.8.0"\nchecksum = "${hash(random, 'sha256', 'hex')}"\n`,
    ],
  ],
  'image digest': [
    80,
    (random) => [
      'compose.yaml',
      `services:\n  auth:\n    image: registry.example/auth@sha256:${hash(random, 'sha256', 'hex')}\n`,
    ],
  ],
  'commit in a workflow': [
    80,
    (random) => [
      '.github/workflows/ci.yml',
      `    - uses: actions/create-github-app-token@${hash(random, 'sha1', 'hex')} # v2\n`,
    ],
  ],
  'sums of files': [
    60,
    (random) => [
      'SHA256SUMS',
      `${hash(random, 'sha256', 'hex')}  private.key.pub\n${hash(random, 'sha256', 'hex')}  token.txt\n`,
    ],
  ],
  UUID: [
    120,
    (random) => [
      'app.json',
      `{ "projectId": "${random.fill('{uuid}')}", "id": "${random.fill('{uuid}')}" }\n`,
    ],
  ],
  'placeholder in settings': [
    300,
    (random) => ['.env.example', `PORT=1\n${random.pick(NAMES)}=${random.pick(PLACEHOLDERS)}\n`],
  ],
  'placeholder in code': [
    300,
    (random) => [
      'src/config.js',
      `export const options = { ${random.pick(['password', 'apiKey', 'secret', 'token'])}: '${random.pick(PLACEHOLDERS)}' };\n`,
    ],
  ],
  'reference in settings': [
    250,
    (random) => ['config.yaml', `db:\n  ${random.pick(NAMES)}: ${random.pick(REFERENCES)}\n`],
  ],
  'reference in a shell': [
    120,
    (random) => [
      'run.sh',
      `export ${random.pick(['TOKEN', 'PASSWORD', 'API_KEY'])}=${random.pick(['"$1"', '$(cat /run/secrets/token)', '"${TOKEN:-}"', '`pass show app`', '$(aws secretsmanager get-secret-value --secret-id app)', '"$(op read op://vault/app/token)"'])}\n`,
    ],
  ],
  'expression in code': [
    250,
    (random) => [
      'src/auth.ts',
      `const token = ${random.pick(['await getToken(user.id)', 'request.headers.authorization', 'this.tokens[index]', 'readFileSync(path)', 'createHash("sha256").update(body)', 'randomBytes(32)', 'parser.nextToken', 'Token.Identifier'])};\nconst password: string = form.password;\nif (token === "refresh_token") run(token);\n`,
    ],
  ],
  'words in code': [
    150,
    (random) => [
      'src/labels.js',
      `export const labels = { password: '${random.pick(['Enter your password', 'Password', 'forgot-password', 'passwordInput', 'New password (again)', 'reset_password_form', 'Kennwort vergessen'])}', secretName: '${random.pick(['database-credentials', 'tls-secret-name', 'my-app-secrets'])}', tokenType: 'Bearer' };\n`,
    ],
  ],
  'public key': [
    80,
    (random) => [
      'id.pub',
      `ssh-ed25519 ${Buffer.concat([Buffer.from('\0\0\0\u000bssh-ed25519\0\0\0 ', 'latin1'), random.bytes(32)]).toString('base64')} deploy@host\n`,
    ],
  ],
  certificate: [
    80,
    (random) => [
      'ca.pem',
      `-----BEGIN CERTIFICATE-----\n${(
        random
          .bytes(700)
          .toString('base64')
          .match(/.{1,64}/gu) ?? []
      ).join('\n')}\n-----END CERTIFICATE-----\n`,
    ],
  ],
  'private key left out': [
    60,
    (random) => [
      'README.md',
      `\`\`\`\n-----BEGIN ${random.pick(['RSA ', '', 'EC ', 'OPENSSH '])}PRIVATE KEY-----\n${random.pick(['...', '<your key>', 'MIIE...', '(base64)'])}\n-----END PRIVATE KEY-----\n\`\`\`\n`,
    ],
  ],
  'image in a page': [
    80,
    (random) => [
      'index.html',
      `<img src="data:image/png;base64,${Buffer.concat([Buffer.from('\u0089PNG\r\n', 'latin1'), random.bytes(900)]).toString('base64')}">\n`,
    ],
  ],
  'map of sources': [
    60,
    (random) => [
      'bundle.js.map',
      JSON.stringify({
        version: 3,
        sources: ['token.js'],
        mappings: Array.from({ length: 60 }, () => random.fill('{A:4},{A:4};')).join(''),
      }),
    ],
  ],
  'address without a password': [
    100,
    (random) => [
      'app.properties',
      `url=${random.pick(['postgres://localhost:5432/app', 'https://git@github.com/acme/app.git', 'redis://cache:6379/0', 'mongodb://${USER}:${PASSWORD}@db/app', 'https://user:password@example.com/', 'amqp://guest:guest@localhost', 'postgres://postgres:postgres@localhost/app', 'ssh://git@host:22/repo'])}\n`,
    ],
  ],
  'random data': [100, (random) => ['data.bin', random.bytes(4000).toString('latin1')]],
  'identifiers of minified code': [
    100,
    (random) => [
      'dist/app.min.js',
      Array.from({ length: 80 }, () =>
        random.fill(
          'var {a:3}=function({a:1},{a:1}){return {a:1}.token.{a:6}({a:1}.key,"{a:9}")};',
        ),
      ).join(''),
    ],
  ],
  'settings about secrets': [
    150,
    (random) => [
      'settings.ini',
      `${random.pick(['password_min_length=12', 'token_url=https://login.example/oauth2/token', 'secret_key_file=/etc/app/key', 'api_key_header=X-Api-Key', 'access_token_lifetime=3600', 'password_policy=strict', 'token_endpoint_auth_method=client_secret_basic', 'secretName: registry-credentials', 'tokenizer=sentencepiece-unigram', 'max_tokens=4096', 'passwordEncoder=bcrypt'])}\n`,
    ],
  ],
};

/** Values of documented formats with a wrong checksum or structure, and values that are cut. */
function damaged(random: Random): readonly Decoy[] {
  const decoys: Decoy[] = [];
  for (const { id, make, wrong } of DOCUMENTED_FORMATS) {
    for (let count = 0; count < (wrong === undefined ? 0 : 12); count += 1) {
      const value = wrong?.(random) ?? '';
      decoys.push({
        kind: `wrong checksum: ${id}`,
        path: 'notes.txt',
        bytes: Buffer.from(`see ${value}\n`),
      });
    }
    for (let count = 0; count < 4; count += 1) {
      const value = make(random);
      const cut = value.slice(0, Math.min(12, Math.floor(value.length / 3)));
      decoys.push({
        kind: `cut: ${id}`,
        path: 'notes.txt',
        bytes: Buffer.from(`see ${cut}... for details\n`),
      });
    }
  }
  return decoys;
}

/** Returns all decoys of a seed. */
export function decoysOf(random: Random): readonly Decoy[] {
  const decoys: Decoy[] = [];
  for (const [kind, [count, make]] of Object.entries(KINDS)) {
    for (let index = 0; index < count; index += 1) {
      const [path, content] = make(random);
      decoys.push({
        kind,
        path,
        bytes: Buffer.from(content, kind === 'random data' ? 'latin1' : 'utf8'),
      });
    }
  }
  return [...decoys, ...damaged(random)];
}
