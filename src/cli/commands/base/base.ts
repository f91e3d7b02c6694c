/** `assay base`: images side by side. */

import { AssayError } from '../../../base/errors.ts';
import { jsonText } from '../../../base/json-text.ts';
import { escapeWorkflowCommands } from '../../../base/workflow-commands.ts';
import type { DockerfileBase } from '../../../compare/base/dockerfile-base.ts';
import {
  chosenRecommendation,
  withRecommendations,
} from '../../../compare/base/recommendations.ts';
import { runBaseComparison } from '../../../compare/base/run-base-comparison.ts';
import { openOverrides } from '../../../config/override-file.ts';
import type { Digest } from '../../../model/artifact.ts';
import type { BaseComparison } from '../../../model/base-comparison.ts';
import { EXIT_CODES } from '../../../model/exit-codes.ts';
import { parsePlatform } from '../../../model/platform.ts';
import { baseMarkdown } from '../../../report/base-markdown.ts';
import { BASE_TABLE_WIDTH, baseTableLines } from '../../../report/base-table.ts';
import type { RunRequest } from '../../../scan/index.ts';
import type { Target } from '../../../scan/target.ts';
import { planOutputs } from '../../print/outputs.ts';
import { readTableFlags, surroundingWidth } from '../../print/table-view.ts';
import { readUngatedOptions, runRequest } from '../../shell/options/scan-options.ts';
import type { CommandModule, Session } from '../command.ts';
import { textOf } from '../lookup/lookup-session.ts';
import { baseOperands, isImageName } from './base-operands.ts';
import { BASE_FLAGS } from './flags.ts';

const FORMATS: readonly string[] = ['table', 'markdown', 'json'];

export const base: CommandModule = {
  usage: 'REF...|DOCKERFILE',
  description:
    'Compares images side by side: findings by severity, fixable and exploited ones, packages, sizes, layers, system and its end of life, age, C library, shells, package managers, interpreters, compilers, user and evidence. It marks the images for which no other image is better, and lists what each image lacks in comparison with the first one. REF is the name of an image, a path to an archive or layout, or a JSON report of Assay (last.json). One name alone is compared with its siblings, other variants of the same version in the same repository; for a Dockerfile alone, its base is compared with the siblings of the base and with newer versions. Images that are better than the first one are recommended. Layers that images share are read once. Exceptions are not applied. An image that cannot be read is listed with the reason, and the run ends with exit code 3.',
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
      command: 'assay base --scanners packages debian:13 debian:13-slim -f json',
      purpose: 'sizes and tools as JSON, without advisory data',
    },
  ],
  run: async (session) => {
    const [output] = planOutputs(session.flags, FORMATS);
    refuseFormatOfDiff(session);
    const { width } = readTableFlags(session);
    const { targets, notes, dockerfile } = await baseOperands(session);
    const { io, context } = session;
    const requestFor = (all: readonly Target[]): Promise<RunRequest> =>
      ungatedRequest(session, all, dockerfile?.platform);
    const compared = await runBaseComparison({ targets, io, requestFor }, context);
    const comparison = withRecommendations({ ...compared, notes: [...notes, ...compared.notes] });
    if (dockerfile !== undefined && session.flags.isOn('diff')) {
      const names = new Set(targets.filter(isImageName).map(({ reference }) => reference));
      await session.write(await fromDiff(session, { dockerfile, names }, comparison));
    } else {
      await session.write(
        rendered(session, { format: output?.format ?? 'table', width }, comparison),
      );
    }
    const isComplete = comparison.images.every(({ kind }) => kind === 'image');
    return isComplete ? EXIT_CODES.pass : EXIT_CODES.target;
  },
};

/** @throws AssayError `USAGE` for a typed `--format` beside `--diff` */
function refuseFormatOfDiff({ flags }: Session): void {
  if (!flags.isOn('diff') || flags.from('format') !== 'flag') return;
  throw new AssayError('USAGE', '--diff prints a unified diff, which has no other format', {
    hint: 'Leave out --format or --diff.',
  });
}

/** The number of one of several images that have the same name. */
const NUMBER = / #\d+$/u;

/**
 * Returns the diff, or an empty text if nothing is recommended. A builder cannot pull a file or a report, whatever its name is,
 * so only names of images are written into a `FROM` line.
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
  const { changeFrom } = await import('../../../compare/base/from-line.ts');
  const digest = chosen.pinned?.split('@')[1];
  const to = { reference: chosen.name, ...(digest !== undefined && { digest: digest as Digest }) };
  return changeFrom(dockerfile, to).diff;
}

function rendered(
  session: Session,
  { format, width }: { readonly format: string; readonly width: number | undefined },
  comparison: BaseComparison,
): string {
  if (format === 'json') return jsonText({ schemaVersion: 1, ...comparison });
  if (format === 'markdown') return escapeWorkflowCommands(baseMarkdown(comparison));
  const isTerminal = session.io.stdout.isTTY === true;
  const columns = width ?? surroundingWidth(session, isTerminal, BASE_TABLE_WIDTH);
  return escapeWorkflowCommands(textOf(baseTableLines(comparison, columns)));
}

/**
 * Images are scanned without gate and exceptions, with the corrections of advisories, and for the platform that the `FROM`
 * line names, unless a flag names another one.
 */
async function ungatedRequest(
  session: Session,
  named: readonly Target[],
  platformOfBase: string | undefined,
): Promise<RunRequest> {
  const read = await readUngatedOptions(session, named);
  const platform = platformOfBase === undefined ? undefined : parsePlatform(platformOfBase);
  const isAsked = platform !== undefined && !session.flags.isOn('platform');
  const targets = isAsked
    ? read.targets.map((one) => ({ ...one, platforms: [platform] }))
    : read.targets;
  const options = { ...read, targets };
  const corrections = options.wantsAdvisories ? await openOverrides(session) : undefined;
  const corrected = corrections && {
    policy: { overrides: corrections.entries },
    overrides: corrections.overrides,
  };
  return runRequest(session, { ...options, ...corrected });
}
