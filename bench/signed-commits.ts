/**
 * `assay commits` over signatures of all kinds, compared with `git log --format=%G?`, which starts
 * a program for each.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';

import { missingTool } from '../test/support/tools.ts';
import { openPgpKey, sshKeys, type CommitKey } from './commit-keys.ts';
import { inPairs, measureCommand, type Bench, type Cost } from './measure.ts';

const COMMIT_COUNT = 10_000;
/** git is given these alone, and its time is multiplied: all of them would take it minutes. */
const PART = 200;
/** How many commits the other measurement of memory has. */
const FEW = 1000;
const ADDRESS = 'ada@example.com';
const FIRST_SECOND = 1_740_000_000;
/** Of `git hash-object -t tree /dev/null`. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
/** Types of objects in a pack. */
const COMMIT = 1;
const TREE = 2;

/** Measures one history; empty without git, ssh-keygen and gpg. */
export function signedCommits(assay: string, folder: string, rounds: number): readonly Bench[] {
  if (['git', 'ssh-keygen', 'gpg'].some((tool) => missingTool(tool) !== undefined)) return [];
  const root = path.join(folder, 'commits');
  const repository = path.join(root, 'repository');
  execFileSync('git', ['init', '--quiet', '--template=', '--object-format=sha1', repository]);
  const keys = [...sshKeys(), openPgpKey(`Ada <${ADDRESS}>`)];
  const { trust, environment, config } = writeKeys(root, keys);
  writeHistory(repository, keys);
  const inRepository = (...command: readonly string[]): Cost =>
    measureCommand('env', ['-C', repository, ...environment, ...command]);
  const verify = (range: string): Cost =>
    inRepository(process.execPath, assay, 'commits', range, '--trust', trust);
  const log = (): Cost => {
    const cost = inRepository('git', ...config, 'log', `-${PART}`, '--format=%G?', 'HEAD');
    // U is a good signature of a key whose owner gpg knows nothing about.
    if (!/^(?:[GU]\n)+$/u.test(cost.output)) throw new Error(`git says ${cost.output}`);
    return cost;
  };
  const { ratio, costs } = inPairs(rounds, [() => verify('HEAD'), log]);
  const [ours, peer] = costs;
  const few = verify(`HEAD~${FEW}..HEAD`);
  const scale = COMMIT_COUNT / PART;
  return [
    {
      bench: `signatures of ${COMMIT_COUNT} commits`,
      of: `CPU of \`assay commits\` / CPU of \`git log --format=%G?\` (${PART} commits, times ${scale})`,
      ratio: ratio / scale,
      target: 0.1,
      detail: {
        cpuMs: ours.cpuMs,
        wallMs: ours.wallMs,
        rssMib: ours.rssMib,
        rssOf1000Mib: few.rssMib,
        gitCpuMsOf200: peer.cpuMs,
        gitWallMsOf200: peer.wallMs,
      },
    },
  ];
}

/** Writes the public keys for both programs, and returns how each is told of them. */
function writeKeys(
  root: string,
  keys: readonly CommitKey[],
): {
  readonly trust: string;
  readonly environment: readonly string[];
  readonly config: readonly string[];
} {
  const home = path.join(root, 'gpg');
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(path.join(home, 'gpg.conf'), 'trust-model always\n');
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(root, name), text);
    return path.join(root, name);
  };
  const texts = keys.map(({ publicText }) => publicText);
  const lines = texts.filter((text) => !text.startsWith('-----'));
  const armored = file('key.asc', texts.filter((text) => text.startsWith('-----')).join(''));
  execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--import', armored]);
  const allowed = file('signers', lines.map((line) => `${ADDRESS} ${line}\n`).join(''));
  const entries = [...lines.map((line) => `'${line}'`), '{ file: key.asc }'].join(', ');
  const signers = `  signers: [{ name: Ada, emails: [${ADDRESS}], keys: [${entries}] }]`;
  return {
    trust: file('trust.yaml', `version: 1\ncommits:\n${signers}\n`),
    environment: [`GNUPGHOME=${home}`, 'GIT_CONFIG_GLOBAL=/dev/null', 'GIT_CONFIG_NOSYSTEM=1'],
    config: ['-c', `gpg.ssh.allowedSignersFile=${allowed}`],
  };
}

/** Writes the commits as one pack, each signed by the next key in turn. */
function writeHistory(repository: string, keys: readonly CommitKey[]): void {
  const objects = [packed(TREE, Buffer.alloc(0))];
  let parent: string | undefined;
  for (let index = 0; index < COMMIT_COUNT; index += 1) {
    const person = `Ada <${ADDRESS}> ${FIRST_SECOND + index} +0000`;
    const headers = [
      `tree ${EMPTY_TREE}`,
      ...(parent === undefined ? [] : [`parent ${parent}`]),
      ...[`author ${person}`, `committer ${person}`],
    ];
    const text = (...more: readonly string[]): Buffer =>
      Buffer.from(`${[...headers, ...more].join('\n')}\n\nchange ${index}\n`);
    const signature = keys[index % keys.length]?.sign(text()) ?? [];
    const commit = text(`gpgsig ${signature.join('\n ')}`);
    parent = createHash('sha1').update(`commit ${commit.length}\0`).update(commit).digest('hex');
    objects.push(packed(COMMIT, commit));
  }
  const head = Buffer.alloc(12);
  head.write('PACK');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(objects.length, 8);
  const pack = Buffer.concat([head, ...objects]);
  const input = Buffer.concat([pack, createHash('sha1').update(pack).digest()]);
  const git = ['-C', repository];
  execFileSync('git', [...git, 'index-pack', '--stdin'], {
    input,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  execFileSync('git', [...git, 'update-ref', 'HEAD', parent ?? '']);
}

/** An object as a pack has it: type and length, then the deflated content (gitformat-pack). */
function packed(type: number, content: Buffer): Buffer {
  const head = [(type << 4) | (content.length & 0x0f)];
  for (let rest = content.length >> 4; rest > 0; rest >>= 7) {
    head[head.length - 1] = (head.at(-1) ?? 0) | 0x80;
    head.push(rest & 0x7f);
  }
  return Buffer.concat([Buffer.from(head), deflateSync(content, { level: 1 })]);
}
