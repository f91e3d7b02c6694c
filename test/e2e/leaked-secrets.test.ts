/**
 * Secrets in an image and in a directory are found with their layers and instructions, and no
 * output and no file of the run contains one: sentinels are planted, and every byte that the runs
 * leave is searched for them.
 */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import {
  builtCommand,
  runBuilt,
  type BuiltCommand,
  type CommandOutcome,
} from '../support/build.ts';
import { base62, crc32 } from '../support/secret-corpus/checksums.ts';
import { randomOf } from '../support/secret-corpus/random-text.ts';
import { dockerArchive, makeImage } from '../support/stored-images.ts';
import { missingTool, needs, toolPath } from '../support/tools.ts';

const noGit = missingTool('git');

const random = randomOf(4711);

function token(): string {
  const body = random.fill('{an:30}');
  return `ghp_${body}${base62(crc32(Buffer.from(body)), 6)}`;
}

const SENTINELS = {
  deleted: token(),
  env: token(),
  argument: token(),
  history: token(),
  label: random.fill('glpat-{url:20}'),
  password: random.fill('Pw-{an:17}'),
  binary: random.fill('sk_live_{an:24}'),
  encoded: random.fill('SG.{url:22}.{url:43}'),
  address: random.fill('{an:18}'),
  row: token(),
  part: token(),
  committed: token(),
  crash: token(),
};

const FORMATS = [
  ...['json', 'trivy-json', 'sarif', 'cyclonedx', 'spdx-json', 'markdown', 'junit', 'gitlab'],
  ...['github', 'csv'],
];

const IMAGE = makeImage(
  [
    [{ path: 'etc/os-release', body: 'ID=debian\nVERSION_ID="12"\n' }],
    [
      { path: 'app/.env', body: `PORT=1\nTOKEN=${SENTINELS.deleted}\n` },
      { path: 'usr/share/doc/agent', body: `\u007fELF\0\0key=${SENTINELS.binary}\0` },
      {
        path: 'usr/lib/settings.yaml',
        body: `data: ${Buffer.from(`PORT=1\nMAIL_KEY=${SENTINELS.encoded}\n`).toString('base64')}\n`,
      },
    ],
    [{ path: 'app/.wh..env', body: '' }],
  ],
  {
    config: {
      config: {
        Env: ['PATH=/bin', `CI_TOKEN=${SENTINELS.env}`, `DB_PASSWORD=${SENTINELS.password}`],
        Labels: { 'org.example.deploy': SENTINELS.label },
        Cmd: ['serve', '--db', `postgres://app:${SENTINELS.address}@db.internal/app`],
      },
      history: [
        { created_by: 'ADD root.tar /' },
        { created_by: 'COPY . /app # buildkit' },
        {
          created_by: `RUN |1 NPM_TOKEN=${SENTINELS.argument} /bin/sh -c npm ci && rm /app/.env # buildkit`,
        },
        { created_by: `ENV CI_TOKEN=${SENTINELS.env}`, empty_layer: true },
        {
          created_by: `RUN curl -H "Authorization: token ${SENTINELS.history}" https://x`,
          empty_layer: true,
        },
      ],
    },
  },
);

let command: BuiltCommand;
let root = '';
let output = '';
let report: Report;

beforeAll(async () => {
  command = await builtCommand();
  root = mkdtempSync(path.join(tmpdir(), 'assay-leaks-'));
  const inputs = path.join(root, 'inputs');
  const work = path.join(root, 'work');
  mkdirSync(path.join(inputs, 'tree'), { recursive: true });
  mkdirSync(work);
  const archive = path.join(inputs, 'app.tar');
  writeFileSync(archive, writeTar(dockerArchive([{ image: IMAGE, tags: ['app:1'] }])));
  writeFileSync(
    path.join(inputs, 'tree', 'a.env'),
    `TOKEN=${SENTINELS.deleted}\nDB_PASSWORD=${SENTINELS.password}\n`,
  );
  writeFileSync(path.join(inputs, 'tree', 'requirements.txt'), `flask==3.0\n= ${SENTINELS.row}\n`);
  writeFileSync(
    path.join(inputs, 'tree', 'Dockerfile'),
    `FROM debian:12\nRUN --mount=odd{ ${SENTINELS.part}\nRUN sudo ${SENTINELS.part} ${SENTINELS.part}\n`,
  );
  const formats = FORMATS.flatMap((format) => ['-o', `${format}=${path.join(work, format)}`]);
  const common = ['--debug', '--exit-code', '1', ...formats];
  const image = await runBuilt(
    command,
    ['image', '--input', archive, '--scanners', 'packages,secret,misconfig', ...common],
    { cwd: work },
  );
  expect(image.exitCode, image.stderr).toBe(1);
  report = JSON.parse(readFileSync(path.join(work, 'json'), 'utf8')) as Report;
  const tree = await runBuilt(
    command,
    [
      ...['fs', path.join(inputs, 'tree'), '--scanners', 'packages,secret,misconfig', '--debug'],
      ...['-o', 'table', '-o', `json=${path.join(work, 'tree.json')}`],
    ],
    { cwd: work },
  );
  const table = await runBuilt(
    command,
    ['image', '--input', archive, '--scanners', 'packages,secret'],
    { cwd: work },
  );
  const history = await searchHistory(path.join(inputs, 'repository'), work);
  const crash = await crashed(inputs, work);
  output = [image, tree, table, history, crash]
    .flatMap(({ stdout, stderr }) => [stdout, stderr])
    .join('\n');
  const codes = [image, tree, table, history, crash].map(({ exitCode }) => exitCode);
  expect(codes, output.slice(0, 3000)).toEqual([1, 0, 0, 1, 70]);
  expect(tree.stdout).toMatch(/dockerfile\/sudo[^]*requirements\.txt:2: unreadable row/u);
});
afterAll(() => {
  command[Symbol.dispose]();
  rmSync(root, { recursive: true, force: true });
});

/**
 * Searches a history while the arguments and variables of each git that starts are written down
 * below `work`.
 */
async function searchHistory(repository: string, work: string): Promise<CommandOutcome> {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' });
  mkdirSync(repository);
  const author = [
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@a.example',
    '-c',
    'commit.gpgsign=false',
  ];
  git('init', '-q');
  for (const text of [`TOKEN=${SENTINELS.committed}\n`, 'TOKEN=\n']) {
    writeFileSync(path.join(repository, 'a.env'), text);
    git('add', '.');
    git(...author, 'commit', '-q', '-m', 'A change');
  }
  writeFileSync(path.join(repository, 'b.env'), `TOKEN=${SENTINELS.committed}\n`);
  git('add', '.');
  const programs = path.join(work, '../programs');
  mkdirSync(programs);
  const real = toolPath('git') ?? '';
  const wrapper = `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } >>"${work}/processes"\nexec ${real} "$@"\n`;
  writeFileSync(path.join(programs, 'git'), wrapper);
  chmodSync(path.join(programs, 'git'), 0o755);
  const PATH = `${programs}:${process.env['PATH'] ?? ''}`;
  const flags = ['--git-history', '--staged', '--debug', '--exit-code', '1'];
  const outcome = await runBuilt(command, ['audit', repository, ...flags], {
    cwd: work,
    env: { PATH },
  });
  expect(outcome.stdout).toMatch(/First\s+commit[^]*b\.env/u);
  expect(readFileSync(path.join(work, 'processes'), 'utf8')).toContain('cat-file');
  return outcome;
}

/** Ends a run by an error that nothing catches, and that quotes what was read. */
function crashed(inputs: string, work: string): Promise<CommandOutcome> {
  const preload = path.join(inputs, 'crash.cjs');
  writeFileSync(
    preload,
    `setTimeout(() => {
      const input = ${JSON.stringify(SENTINELS.crash)};
      throw Object.assign(new TypeError('cannot read ' + input), { input, cause: new Error(input) });
    }, 50);
    setInterval(() => undefined, 1000);`,
  );
  const env = { NODE_OPTIONS: `--require ${preload}` };
  return runBuilt(command, ['gate', '-'], { cwd: work, env });
}

interface Row {
  readonly rule: string;
  readonly location: { readonly path: string; readonly layer: number };
  readonly whitedOutIn?: number;
  readonly instruction?: string;
  readonly message: string;
}

function rows(): readonly Row[] {
  const [result] = report.results;
  return (result?.findings ?? []).filter(
    (one) => one.kind === 'rule' && one.category === 'secret',
  ) as unknown as readonly Row[];
}

describe.skipIf(noGit !== undefined)(`secrets in an image${needs(noGit)}`, () => {
  it.each([
    ['in a deleted file, with both layers', '/app/.env', 'github-personal-token', 1, 2],
    [
      'in a binary file below /usr/share',
      '/usr/share/doc/agent',
      'stripe-secret-key',
      1,
      undefined,
    ],
    ['in base64', '/usr/lib/settings.yaml', 'sendgrid-api-key', 1, undefined],
  ])('are found %s', (_name, ...[file, rule, layer, deletedIn]) => {
    const found = rows().filter(({ location }) => location.path === file);
    expect(found).toMatchObject([{ rule: `secret/${rule}`, location: { layer } }]);
    expect(found[0]?.whitedOutIn).toBe(deletedIn);
  });

  it.each([
    ['a variable', 'A variable', 'github-personal-token', /^ENV CI_TOKEN=\*{3}/u],
    ['a password in a variable', 'A variable', 'generic-password', undefined],
    ['a label', 'A label', 'gitlab-personal-token', undefined],
    ['the command', 'The command', 'database-address', undefined],
    ['a build argument', 'The history of the image (RUN)', 'github-personal-token', /^RUN npm ci/u],
  ])('are found in %s', (_name, where, rule, instruction) => {
    const found = rows().filter(
      (row) => row.rule === `secret/${rule}` && row.message.startsWith(where),
    );
    expect(found.length).toBeGreaterThan(0);
    if (instruction !== undefined) expect(found[0]?.instruction).toMatch(instruction);
  });

  it('are found in the history alone', () => {
    const found = rows().filter(({ instruction }) => instruction?.startsWith('RUN curl'));
    expect(found).toMatchObject([{ rule: 'secret/github-personal-token', location: { layer: 2 } }]);
  });
});

describe.skipIf(noGit !== undefined)(`what the runs leave${needs(noGit)}`, () => {
  it.each(Object.entries(SENTINELS))('does not contain the secret "%s"', (_name, secret) => {
    const tail = secret.slice(-10);
    expect(output).not.toContain(tail);
    const work = path.join(root, 'work');
    const files = readdirSync(work, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    expect(files.length).toBeGreaterThan(FORMATS.length);
    for (const { parentPath, name } of files) {
      const bytes = readFileSync(path.join(parentPath, name));
      expect(bytes.includes(tail), name).toBe(false);
      expect(bytes.includes(Buffer.from(secret).toString('base64').slice(4, 20)), name).toBe(false);
    }
  });
});
