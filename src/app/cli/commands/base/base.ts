/** `assay base`: images side by side. */

import { AssayError } from '../../../../core/base/errors.ts';
import { jsonText } from '../../../../core/base/json-text.ts';
import { escapeWorkflowCommands } from '../../../../core/base/workflow-commands.ts';
import type { DockerfileBase } from '../../../../tasks/compare/base/dockerfile-base.ts';
import {
  chosenRecommendation,
  withRecommendations,
} from '../../../../tasks/compare/base/recommendations.ts';
import {
  runBaseComparison,
  type BaseOutcome,
} from '../../../../tasks/compare/base/run-base-comparison.ts';
import { openOverrides } from '../../../config/override-file.ts';
import type { Digest } from '../../../../core/model/artifact/artifact.ts';
import type { BaseComparison } from '../../../../core/model/report/base-comparison.ts';
import { EXIT_CODES, runExitCode } from '../../../../core/model/report/exit-codes.ts';
import { parsePlatform } from '../../../../core/model/artifact/platform.ts';
import { baseMarkdown } from '../../../../scan/report/base-comparison/base-markdown.ts';
import {
  BASE_TABLE_WIDTH,
  baseTableLines,
} from '../../../../scan/report/base-comparison/base-table.ts';
import type { RunRequest } from '../../../../scan/pipeline/index.ts';
import type { Target } from '../../../../scan/pipeline/target.ts';
import { checkWritable, planOutputs, type Output } from '../../print/outputs.ts';
import { readTableFlags, surroundingWidth } from '../../print/table-view.ts';
import { writeTexts } from '../../print/text-outputs.ts';
import { maskedDiffs } from '../../shell/masked-diffs.ts';
import { readBaseRules } from '../../shell/options/base-rules.ts';
import {
  readUngatedOptions,
  runRequest,
  type ScanOptions,
} from '../../shell/options/scan-options.ts';
import type { CommandModule, Session } from '../command.ts';
import { textOf } from '../lookup/lookup-session.ts';
import { readBaseGate, type BaseGate } from './base-gate.ts';
import { baseOperands, isImageName, type BaseOperands } from './base-operands.ts';
import { BASE_FLAGS } from './flags.ts';

const FORMATS: readonly string[] = ['table', 'markdown', 'json'];

export const base: CommandModule = {
  usage: 'REF...|DOCKERFILE',
  description:
    'Compares images side by side: findings by severity, fixable and exploited ones, packages, sizes, layers, system and its end of life, age, C library, shells, package managers, interpreters, compilers, user and evidence. It marks the images for which no other image is better, and lists what each image lacks in comparison with the first one. REF is the name of an image, a path to an archive or layout, or a JSON report of Assay (last.json). One name alone is compared with its siblings, other variants of the same version in the same repository; for a Dockerfile alone, its base is compared with the siblings of the base and with newer versions. Images that are better than the first one are recommended. Layers that images share are read once. Exceptions do not change the counts. With a gate, each image has a verdict, and the images that you name decide the exit code. An image that cannot be read is listed with the reason, and the run ends with exit code 3.',
  flags: BASE_FLAGS,
  examples: [
    {
      command: 'assay base python:3.12 python:3.12-slim python:3.12-alpine',
      purpose: 'three variants of one image',
    },
    { command: 'assay base python:3.12', purpose: 'one image and its siblings in the registry' },
    {
      command: 'assay base ./Dockerfile --diff',
      purpose: 'print the change of the FROM line to the recommended image',
    },
    {
      command: 'assay base ./full.tar ./slim.tar last.json -f markdown',
      purpose: 'archives and a stored report, for a page',
    },
    {
      command: 'assay base ./Dockerfile --fail-on critical+fixable -o json=base.json',
      purpose: 'fail if the base of a Dockerfile does not pass the gate',
    },
    {
      command: 'assay base --scanners packages debian:13 debian:13-slim -f json',
      purpose: 'sizes and tools as JSON, without advisory data',
    },
  ],
  run: async (session) => {
    const outputs = planOutputs(session.flags, FORMATS);
    refuseOutputOfDiff(session);
    const view = readTableFlags(session);
    const gate = await readBaseGate(session);
    await checkWritable(outputs, session.io.cwd);
    const ruled = await readBaseRules(session);
    const operands = await baseOperands(session, ruled);
    const compared = await comparisonOf(session, operands, gate);
    const { judged } = compared;
    const comparison = withRecommendations(compared.comparison, ruled.rules);
    const { dockerfile } = operands;
    if (dockerfile !== undefined && session.flags.isOn('diff')) {
      const named = operands.targets.filter(isImageName);
      const names = new Set(named.map(({ reference }) => reference));
      await session.write(await fromDiff(session, { dockerfile, names }, comparison));
    } else {
      await writeTexts(session, outputs, (output) => rendered(session, output, comparison, view));
    }
    return exitCodeOf(session, comparison, judged);
  },
};

async function comparisonOf(
  session: Session,
  { targets, namedCount, notes, dockerfile }: BaseOperands,
  gate: BaseGate | undefined,
): Promise<BaseOutcome> {
  const { io, context } = session;
  const requestFor = (all: readonly Target[]): Promise<RunRequest> =>
    scanRequest(session, { targets: all, platform: dockerfile?.platform, gate });
  const { comparison, ...outcome } = await runBaseComparison(
    { targets, namedCount, io, requestFor, ...(gate && { gate: gate.request }) },
    context,
  );
  const noted = { ...comparison, notes: [...notes, ...comparison.notes] };
  return { ...outcome, comparison: noted };
}

/**
 * Prints the verdict on standard error. An image that could not be read decides, as in a scan.
 *
 * @throws AssayError why the gate could not judge
 */
async function exitCodeOf(
  session: Session,
  { images }: BaseComparison,
  judged: BaseOutcome['judged'],
): Promise<number> {
  if (judged instanceof AssayError) throw judged;
  if (judged !== undefined) {
    const { printVerdict } = await import('../../print/verdict-output.ts');
    await printVerdict(session, judged, []);
  }
  if (images.some(({ kind }) => kind === 'missing')) return EXIT_CODES.target;
  return judged === undefined ? EXIT_CODES.pass : runExitCode(judged);
}

/** @throws AssayError `USAGE` for a typed `--format` or `--output` beside `--diff` */
function refuseOutputOfDiff({ flags }: Session): void {
  const typed = ['format', 'output'].find((name) => flags.from(name) === 'flag');
  if (!flags.isOn('diff') || typed === undefined) return;
  const message =
    typed === 'format'
      ? '--diff prints a unified diff, which has no other format'
      : '--diff prints a unified diff on standard output, and no report';
  throw new AssayError('USAGE', message, { hint: `Leave out --${typed} or --diff.` });
}

/** The number of one of several images that have the same name. */
const NUMBER = / #\d+$/u;

/**
 * Returns the diff, or an empty text if nothing is recommended. A builder cannot pull a file or a
 * report, whatever its name is, so only names of images are written into a `FROM` line.
 *
 * @throws AssayError `USAGE` if no recommended image has a name and a digest
 */
async function fromDiff(
  session: Session,
  {
    dockerfile,
    names,
  }: { readonly dockerfile: DockerfileBase; readonly names: ReadonlySet<string> },
  { recommendations = [] }: BaseComparison,
): Promise<string> {
  const named = recommendations
    .map((one) => ({ ...one, name: one.name.replace(NUMBER, '') }))
    .filter(({ name, pinned }) => names.has(name) && pinned !== undefined);
  const chosen = chosenRecommendation({ recommendations: named });
  const [first] = recommendations;
  if (first === undefined) {
    await session.say(`nothing is recommended in place of ${dockerfile.reference}\n`);
    return '';
  }
  if (chosen === undefined) {
    const message = `"${first.name}" is recommended, and has no name and digest for a FROM line`;
    throw new AssayError('USAGE', message, { hint: 'Name the image as it is in its registry.' });
  }
  const { changeFrom } = await import('../../../../tasks/compare/base/from-line.ts');
  const digest = chosen.pinned?.split('@')[1];
  const to = { reference: chosen.name, ...(digest !== undefined && { digest: digest as Digest }) };
  return changeFrom(dockerfile, to, await maskedDiffs(session, 'edit the line by hand')).diff;
}

function rendered(
  session: Session,
  { format, path }: Output,
  comparison: BaseComparison,
  { width }: { readonly width?: number | undefined },
): string {
  if (format === 'json') return jsonText({ schemaVersion: 1, ...comparison });
  if (format === 'markdown') return escapeWorkflowCommands(baseMarkdown(comparison));
  const isTerminal = path === undefined && session.io.stdout.isTTY === true;
  const columns = width ?? surroundingWidth(session, isTerminal, BASE_TABLE_WIDTH);
  return escapeWorkflowCommands(textOf(baseTableLines(comparison, columns)));
}

/**
 * Returns how images are scanned: for the platform that the `FROM` line names, unless a flag names
 * another one. Corrections of advisories always apply, and exceptions with a gate.
 */
async function scanRequest(
  session: Session,
  { targets, platform: ofBase, gate }: ScannedBases,
): Promise<RunRequest> {
  const read = await readUngatedOptions(session, targets);
  const platform = ofBase === undefined ? undefined : parsePlatform(ofBase);
  const isAsked = platform !== undefined && !session.flags.isOn('platform');
  const placed = isAsked
    ? read.targets.map((one) => ({ ...one, platforms: [platform] }))
    : read.targets;
  const judged = gate
    ? { policy: gate.request.policy, ...(gate.overrides && { overrides: gate.overrides }) }
    : read.wantsAdvisories && (await corrections(session));
  return runRequest(session, { ...read, targets: placed, ...(judged || {}) });
}

interface ScannedBases {
  readonly targets: readonly Target[];
  readonly platform: string | undefined;
  readonly gate: BaseGate | undefined;
}

async function corrections(session: Session): Promise<Pick<ScanOptions, 'policy' | 'overrides'>> {
  const opened = await openOverrides(session);
  if (opened === undefined) return {};
  return { policy: { overrides: opened.entries }, overrides: opened.overrides };
}
