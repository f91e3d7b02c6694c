/** `assay commits hook`: installs the hooks that verify pushes, and is what they run. */

import { realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';

import { AssayError } from '../../../../core/base/errors.ts';
import { pluralize } from '../../../../core/base/pluralize.ts';
import { stripControl } from '../../../../core/base/strip-control.ts';
import type { Flag } from '../../../config/flag.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import { loadCommitTrust } from '../../../../tasks/provenance/commit-trust.ts';
import { installHook, type HookName } from '../../../../tasks/provenance/install-hook.ts';
import { shortName, type ProblemRow } from '../../../../tasks/provenance/outcome.ts';
import {
  readRefUpdates,
  verifyPushedRef,
  type PushedRef,
  type PushRules,
} from '../../../../tasks/provenance/push.ts';
import { openRepository } from '../../../../tasks/provenance/repository.ts';
import { readStandardInput } from '../../shell/options/standard-input.ts';
import { openTrustFile, TRUST_FLAG } from '../../shell/options/trust-options.ts';
import type { CommandModule, Session } from '../command.ts';
import { requiredTrustFile } from './required-trust-file.ts';

const FLAGS: readonly Flag[] = [
  {
    name: 'server',
    isTypedOnly: true,
    group: 'Target',
    help: 'install the pre-receive hook of a repository that receives pushes',
  },
  {
    name: 'client',
    isTypedOnly: true,
    group: 'Target',
    help: 'install the pre-push hook of a clone',
  },
  {
    name: 'may-delete',
    value: 'REF',
    group: 'Gate',
    help: 'allow pushes to delete these refs, as in refs/heads/topic/*; repeatable',
  },
  {
    name: 'may-force',
    value: 'REF',
    group: 'Gate',
    help: 'allow force pushes to these refs; repeatable',
  },
  {
    ...TRUST_FLAG,
    help: 'read this trust file: an absolute path or REVISION:PATH (default of --server: HEAD:assay.trust.yaml)',
  },
];
/** The trust file of a server, unless one is named: the default branch as it is before the push. */
const SERVER_TRUST = 'HEAD:assay.trust.yaml';
const MAX_LINES = 50;
const MAX_INPUT_BYTES = 16 * 1024 * 1024;

export const commitsHook: CommandModule = {
  usage: 'install|run [ARG...]',
  description:
    'Installs a hook that verifies every push as "assay commits" verifies ranges: --server the hook pre-receive of the repository in the working directory, --client the hook pre-push. An existing hook is kept and runs first. Tags must be signed. Deletions and forced updates are refused unless a rule allows them. The pusher reads one line for each commit that does not count. The hooks themselves call "run". See docs/commits.md.',
  flags: FLAGS,
  examples: [
    {
      command: 'assay commits hook install --server --trust /etc/assay/assay.trust.yaml',
      purpose: 'on a server, by a file that no push can change',
    },
    {
      command: "assay commits hook install --client --may-force 'refs/heads/topic/*'",
      purpose: 'in a clone, where branches of one person may be rewritten',
    },
  ],
  run: async (session) => {
    const [action = '', ...more] = session.args;
    if (action === 'install' && more.length === 0) return install(session, readHook(session));
    if (action === 'run') return verify(session, readHook(session), more);
    const text = session.args.join(' ');
    const problem = text === '' ? 'no action given' : `"${text}" is not an action of the hook`;
    throw new AssayError('USAGE', problem, {
      hint: 'Write: assay commits hook install --server, or --client.',
    });
  },
};

function readHook({ flags }: Session): HookName {
  const [isServer, isClient] = [flags.isOn('server'), flags.isOn('client')];
  if (isServer !== isClient) return isServer ? 'pre-receive' : 'pre-push';
  const problem = isServer
    ? '--server and --client exclude each other'
    : 'one of --server and --client is needed';
  throw new AssayError('USAGE', problem, {
    hint: '--server is for the repository that receives pushes, --client for a clone.',
  });
}

async function install(session: Session, hook: HookName): Promise<number> {
  const { flags, io, context } = session;
  const named = flags.text('trust') ?? (hook === 'pre-receive' ? SERVER_TRUST : undefined);
  const isFile = named !== undefined && !/^[^/.][^:]*:/u.test(named);
  if (isFile && !isAbsolute(named)) {
    throw new AssayError('USAGE', `--trust "${named}" is relative, and hooks run elsewhere`, {
      hint: 'Write an absolute path, or REVISION:PATH.',
    });
  }
  const repository = await openRepository({ folder: io.cwd, env: io.env }, context);
  const command = [
    ...[process.execPath, realpathSync(process.argv[1] ?? '')],
    ...['commits', 'hook', 'run', hook === 'pre-receive' ? '--server' : '--client'],
    ...(named === undefined ? [] : ['--trust', named]),
    ...['may-delete', 'may-force'].flatMap((name) =>
      flags.all(name).flatMap((pattern) => [`--${name}`, pattern]),
    ),
  ];
  const { path, earlier } = await installHook(repository, hook, command, context);
  const kept = earlier === undefined ? '' : `The earlier hook runs first: ${earlier}\n`;
  await session.write(`Installed ${path}\n${kept}`);
  return EXIT_CODES.pass;
}

async function verify(session: Session, hook: HookName, args: readonly string[]): Promise<number> {
  const { io, context, flags } = session;
  const isServer = hook === 'pre-receive';
  const input = await readStandardInput(MAX_INPUT_BYTES, 'the lines that git gives a hook');
  const updates = readRefUpdates(input.toString('utf8'), hook);
  const repository = await openRepository(
    { folder: io.cwd, env: io.env, ...(isServer && { isReceiving: true as const }) },
    context,
  );
  const trust = await loadCommitTrust(
    requiredTrustFile(await openTrustFile(session)),
    context.now(),
  );
  const [remote = 'origin'] = args;
  const rules: PushRules = {
    trust,
    mayDelete: flags.all('may-delete'),
    mayForce: flags.all('may-force'),
    // Forges write other references, such as those of pull requests, without a hook.
    knownRefs: isServer ? ['--branches', '--tags'] : [`--remotes=${remote}`],
  };
  const refs: PushedRef[] = [];
  for (const update of updates) {
    const ref = await verifyPushedRef(update, repository, rules, context);
    refs.push(ref);
    await session.say(
      pushLines(ref)
        .map((line) => `${stripControl(line)}\n`)
        .join(''),
    );
  }
  return exitCodeOf(refs);
}

function* lines({ ref, problem, rows, commitCount }: PushedRef): Generator<string> {
  if (problem !== undefined) yield `${ref}: refused: ${problem}`;
  for (const row of rows.slice(0, MAX_LINES)) yield `${ref}: ${rowText(row)}`;
  if (rows.length > MAX_LINES) yield `${ref}: and ${rows.length - MAX_LINES} more`;
  if (problem !== undefined) return;
  const state = rows.length === 0 ? 'all signatures count' : 'refused';
  yield `${ref}: ${pluralize(commitCount, 'new commit')}, ${state}`;
}

function pushLines(ref: PushedRef): readonly string[] {
  return [...lines(ref)].map((line) => `assay: ${line}`);
}

function rowText(row: ProblemRow): string {
  const { status, maker, subject, reason } = row;
  const by = maker === undefined ? '' : ` ${maker.email}`;
  const about = subject === undefined ? '' : ` "${subject.slice(0, 60)}"`;
  return `${status} ${row.kind} ${shortName(row)}${by}${about}: ${reason}`;
}

function exitCodeOf(refs: readonly PushedRef[]): number {
  const isRefused = refs.some(
    ({ problem, rows }) => problem !== undefined || rows.some(({ status }) => status === 'refused'),
  );
  if (isRefused) return EXIT_CODES.signatureRefused;
  return refs.some(({ rows }) => rows.length > 0) ? EXIT_CODES.unsigned : EXIT_CODES.pass;
}
