/**
 * `assay commits`: verifies that every commit of a range is signed by a key that the trust file
 * allows.
 */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Flag } from '../../../config/flag.ts';
import { trustVerdict } from '../../../../scan/policy/trust-verdict.ts';
import { loadCommitTrust } from '../../../../tasks/provenance/commit-trust.ts';
import { commitsTrustOutcome } from '../../../../tasks/provenance/outcome.ts';
import { resolveRange, type CommitRange } from '../../../../tasks/provenance/range.ts';
import {
  openRepository,
  type VerifiedRepository,
} from '../../../../tasks/provenance/repository.ts';
import { sinceTag } from '../../../../tasks/provenance/since-tag.ts';
import { verifyRange } from '../../../../tasks/provenance/verify-range.ts';
import { textPieces } from '../../../../scan/report/text/text-pieces.ts';
import { planOutputs, writeReportFile, type Output } from '../../print/outputs.ts';
import { FORMAT_FLAG, OUTPUT_FLAG } from '../../shell/options/report-flags.ts';
import { ALLOW_EMPTY_FLAG } from '../../shell/options/target-flags.ts';
import { openTrustFile, TRUST_FLAG } from '../../shell/options/trust-options.ts';
import type { CommandModule, Session } from '../command.ts';
import { requiredTrustFile } from './required-trust-file.ts';
import { renderCommits, type JudgedRange } from './render-commits.ts';

const FORMATS = ['table', 'json', 'markdown'] as const;
const FLAGS: readonly Flag[] = [
  {
    name: 'all',
    group: 'Target',
    help: 'verify the whole history of HEAD, all branches and all tags',
  },
  {
    name: 'since-tag',
    group: 'Target',
    help: 'verify the commits since the last annotated tag, which must be signed, too',
  },
  { name: 'tags', group: 'Target', help: 'also verify the tags of these commits' },
  { ...ALLOW_EMPTY_FLAG, help: 'accept a range without commits' },
  TRUST_FLAG,
  { ...FORMAT_FLAG, help: `use one of these formats: ${FORMATS.join(', ')} (default: table)` },
  OUTPUT_FLAG,
];

export const commits: CommandModule = {
  usage: '[RANGE]',
  description:
    'Verifies that every commit of a range is signed over exactly its bytes, by a key that the section "commits" of the trust file allows to the committer. RANGE is BASE..HEAD, or a revision for its whole history; by default what the branch adds to its upstream. Side branches of merges are included. It uses neither gpg nor ssh-keygen, nor the configuration of the repository. The exit code is 10 if a commit is not signed, and 12 if a signature does not count. See docs/commits.md.',
  flags: FLAGS,
  examples: [
    {
      command: 'assay commits origin/main..HEAD --trust origin/main:assay.trust.yaml',
      purpose: 'verify a pull request by the rules of its target branch',
    },
    { command: 'assay commits --all --tags', purpose: 'verify the whole history and all tags' },
    {
      command: 'assay commits --since-tag -f markdown',
      purpose: 'list who signed the commits of a release',
    },
  ],
  run: async (session) => {
    const outputs = planOutputs(session.flags, FORMATS);
    const { context, flags, io } = session;
    const choice = readChoice(session);
    const repository = await openRepository({ folder: io.cwd, env: io.env }, context);
    const found = requiredTrustFile(await openTrustFile(session, repository.top));
    const trust = await loadCommitTrust(found, context.now());
    const range = await rangeOf(choice, repository, session);
    const { warnings, ...outcome } = await verifyRange(
      {
        repository,
        range,
        trust,
        withTags: flags.isOn('tags'),
        allowsEmpty: flags.isOn('allow-empty'),
      },
      context,
    );
    const all = found.warning === undefined ? warnings : [found.warning, ...warnings];
    const verdict = trustVerdict({ ...commitsTrustOutcome(outcome), warnings: all }, context.now());
    await write(session, outputs, { outcome, verdict, judgedAt: context.now() });
    return verdict.exitCode;
  },
};

type RangeChoice = 'all' | 'since-tag' | { readonly range?: string };

/** @throws AssayError `USAGE` for several ranges */
function readChoice({ args, flags }: Session): RangeChoice {
  const [range] = args;
  const chosen = [
    ...args,
    ...['all', 'since-tag'].filter((name) => flags.isOn(name)).map((name) => `--${name}`),
  ];
  if (chosen.length > 1) {
    throw new AssayError(
      'USAGE',
      `only one range is accepted, and ${chosen.length} are given: ${chosen.join(' ')}`,
      {
        hint: 'Keep one of them.',
      },
    );
  }
  if (flags.isOn('all')) return 'all';
  if (flags.isOn('since-tag')) return 'since-tag';
  return range === undefined ? {} : { range };
}

function rangeOf(
  choice: RangeChoice,
  { place }: VerifiedRepository,
  { context }: Session,
): Promise<CommitRange> {
  if (choice === 'since-tag') return sinceTag(place, context);
  return resolveRange(choice === 'all' ? { isAll: true } : choice, place, context);
}

async function write(
  session: Session,
  outputs: readonly Output[],
  judged: JudgedRange,
): Promise<void> {
  for (const { format, path } of outputs) {
    const text = renderCommits(format, judged);
    if (path === undefined) await session.write(text);
    else {
      await writeReportFile(path, session.io.cwd, textPieces([text]));
      session.context.log.info(`wrote ${format} to ${path}`);
    }
  }
}
