/**
 * The step of the demonstration that verifies who signed the commits of a repository. It needs git,
 * and uses its own keys.
 */

import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { AssayError } from '../../../../core/base/errors.ts';
import { startGit, type GitPlace } from '../../../../clients/git/git-command.ts';
import type { Session } from '../command.ts';
import { demoKey, type DemoKey } from './demo-key.ts';
import type { PinStepOptions } from './pin-step.ts';

/** The parts of the tour that the step needs. */
export interface CommitsStepOptions extends PinStepOptions {
  readonly session: Session;
}

const REPOSITORY = 'repository';
/**
 * The trust file. It is outside of the repository, so that a commit cannot change which keys are
 * trusted.
 */
const TRUST_FILE = 'commits.trust.yaml';
const ADA = 'Ada <ada@example.com>';
/** 2025-01-10T12:00:00Z; each commit is made an hour after its parent. */
const FIRST_SECOND = 1_736_510_400;
const HOUR = 3600;
/** A signature that does not count; git says `G` for it. */
const REFUSED = 12;

/**
 * Makes three commits in the name of Ada, of which one counts. @throws Error if the command answers
 * otherwise
 */
export async function commitsStep(options: CommitsStepOptions): Promise<void> {
  const { folder, say, session } = options;
  await say('', '13. Whose signature is on a commit? Three commits, all in the name of Ada');
  const top = path.join(folder, REPOSITORY);
  // A repository of an earlier run has the same commits, and perhaps others.
  await rm(top, { recursive: true, force: true });
  await mkdir(top);
  const [ada, bob] = [demoKey('ada'), demoKey('bob')];
  await writeFile(path.join(folder, TRUST_FILE), trustFile({ ada, bob }));
  try {
    await writeRepository(session, top, [
      { message: 'signed by Ada', key: ada },
      { message: 'signed by Bob', key: bob },
      { message: 'signed by nobody' },
    ]);
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'NOT_FOUND') throw error;
    await say('   This step needs git, which is not installed.');
    return;
  }
  await say('   The trust file allows a key to Ada, and another one to Bob. git says that');
  await say('   both signatures are good.');
  await show(top, options);
}

function trustFile(keys: Readonly<Record<string, DemoKey>>): string {
  const signers = Object.entries(keys).map(
    ([name, { publicLine }]) =>
      `    - { name: ${name}, emails: [${name}@example.com], keys: ['${publicLine}'] }\n`,
  );
  return `version: 1\ncommits:\n  signers:\n${signers.join('')}`;
}

async function show(
  top: string,
  { assay, shown, say, narrowed }: CommitsStepOptions,
): Promise<void> {
  const output: string[] = [];
  const exitCode = await assay(['commits', 'HEAD', '--trust', `../${TRUST_FILE}`], output, {
    cwd: top,
  });
  const text = output.join('');
  if (exitCode !== REFUSED) throw new Error(`assay commits ended with ${exitCode}: ${text}`);
  // The tables between are wide.
  const [counts = '', ...rest] = text.split('\n').filter((line) => line !== '');
  const verdict = rest.slice(rest.findIndex((line) => line.startsWith('Verdict:')));
  await say(
    '',
    `   $ cd ${shown(REPOSITORY)} && assay commits HEAD --trust ../${TRUST_FILE}`,
    ...[counts, ...verdict].flatMap(narrowed),
    `   exit code ${exitCode}`,
  );
}

interface DemoCommit {
  readonly message: string;
  readonly key?: DemoKey;
}

async function writeRepository(
  { context, io }: Session,
  top: string,
  commits: readonly DemoCommit[],
): Promise<void> {
  // The configuration of the user has no effect on what the demonstration shows.
  const env = { ...io.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const place: GitPlace = { at: ['-C', top], protocols: '', env };
  const git = async (args: readonly string[], input = ''): Promise<string> => {
    const running = startGit(args, place, context);
    running.stdin.end(input);
    let text = '';
    running.stdout.setEncoding('utf8');
    running.stdout.on('data', (piece: string) => (text += piece));
    const { code, stderr } = await running.end;
    if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr}`);
    return text.trim();
  };
  const write = (type: string, content: string): Promise<string> =>
    git(['hash-object', '-w', '--stdin', '-t', type], content);
  await git(['init', '--quiet', '--template=', '--object-format=sha1', '-b', 'main']);
  const tree = await write('tree', '');
  let parent: string | undefined;
  for (const [index, commit] of commits.entries()) {
    parent = await write('commit', commitText(commit, { tree, parent, index }));
  }
  if (parent !== undefined) await git(['update-ref', 'refs/heads/main', parent]);
}

/** Returns a commit as git stores it: the signature is over the object without it. */
function commitText(
  { message, key }: DemoCommit,
  at: { readonly tree: string; readonly parent: string | undefined; readonly index: number },
): string {
  const person = `${ADA} ${FIRST_SECOND + at.index * HOUR} +0000`;
  const headers = [
    `tree ${at.tree}`,
    ...(at.parent === undefined ? [] : [`parent ${at.parent}`]),
    `author ${person}`,
    `committer ${person}`,
  ];
  const text = (...more: readonly string[]): string =>
    `${[...headers, ...more].join('\n')}\n\n${message}\n`;
  if (key === undefined) return text();
  return text(`gpgsig ${key.sign(Buffer.from(text())).join('\n ')}`);
}
