/** `assay base`: images side by side. */

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
import { baseMarkdown } from '../../../report/base-markdown.ts';
import { BASE_TABLE_WIDTH, baseTableLines } from '../../../report/base-table.ts';
import type { RunRequest } from '../../../scan/index.ts';
import type { Target } from '../../../scan/target.ts';
import { planOutputs } from '../../print/outputs.ts';
import { surroundingWidth } from '../../print/table-view.ts';
import { readUngatedOptions, runRequest } from '../../shell/options/scan-options.ts';
import type { CommandModule, Session } from '../command.ts';
import { textOf } from '../lookup/lookup-session.ts';
import { baseOperands } from './base-operands.ts';
import { BASE_FLAGS } from './flags.ts';

const FORMATS: readonly string[] = ['table', 'markdown', 'json'];

export const base: CommandModule = {
  usage: 'REF...|DOCKERFILE',
  description:
    'Compares images side by side: findings by severity, fixable and exploited ones, packages, sizes, layers, system and its end of life, age, C library, shells, package managers, interpreters, compilers, user and evidence. It marks the images that no other image is better than, and lists what each of them lacks of the first one. REF is the name of an image, a path to an archive or layout, or a JSON report of Assay (last.json). One name alone is compared with its siblings, other variants of the same version in the same repository; a Dockerfile alone with those of the image that it builds on, and with newer versions of it. What is better than the first image is recommended. Layers that images share are read once. Exceptions have no part in it. An image that cannot be had is listed with the reason, and the run ends with exit code 3.',
  flags: BASE_FLAGS,
  examples: [
    {
      command: 'assay base python:3.12 python:3.12-slim python:3.12-alpine',
      purpose: 'three variants of one image',
    },
    { command: 'assay base python:3.12', purpose: 'one image and its siblings in the registry' },
    {
      command: 'assay base ./Dockerfile --diff',
      purpose: 'the change of the FROM line to what is recommended',
    },
    {
      command: 'assay base ./full.tar ./slim.tar last.json -f markdown',
      purpose: 'archives and a stored report, for a page',
    },
    {
      command: 'assay base --scanners packages debian:13 debian:13-slim -f json',
      purpose: 'sizes and tools alone, for programs; needs no advisory data',
    },
  ],
  run: async (session) => {
    const [output] = planOutputs(session.flags, FORMATS);
    const { targets, notes, dockerfile } = await baseOperands(session);
    const { io, context } = session;
    const requestFor = (all: readonly Target[]): Promise<RunRequest> =>
      ungatedRequest(session, all);
    const compared = await runBaseComparison({ targets, io, requestFor }, context);
    const comparison = withRecommendations({ ...compared, notes: [...notes, ...compared.notes] });
    if (dockerfile !== undefined && session.flags.isOn('diff')) {
      await session.write(await fromDiff(session, dockerfile, comparison));
    } else {
      await session.write(rendered(session, output?.format ?? 'table', comparison));
    }
    const isComplete = comparison.images.every(({ kind }) => kind === 'image');
    return isComplete ? EXIT_CODES.pass : EXIT_CODES.target;
  },
};

/** The diff alone goes to standard output, so that it can be applied; which image it takes is said beside it. */
async function fromDiff(
  session: Session,
  dockerfile: DockerfileBase,
  comparison: BaseComparison,
): Promise<string> {
  const chosen = chosenRecommendation(comparison);
  const [reference, digest] = chosen?.pinned?.split('@') ?? [];
  if (chosen === undefined || reference === undefined) {
    await session.say(`nothing is recommended in place of ${dockerfile.reference}\n`);
    return '';
  }
  const { changeFrom } = await import('../../../compare/base/from-line.ts');
  const to = { reference: chosen.name, ...(digest !== undefined && { digest: digest as Digest }) };
  return changeFrom(dockerfile, to).diff;
}

function rendered(session: Session, format: string, comparison: BaseComparison): string {
  if (format === 'json') return jsonText({ schemaVersion: 1, ...comparison });
  if (format === 'markdown') return escapeWorkflowCommands(baseMarkdown(comparison));
  const isTerminal = session.io.stdout.isTTY === true;
  const width = surroundingWidth(session, isTerminal, BASE_TABLE_WIDTH);
  return escapeWorkflowCommands(textOf(baseTableLines(comparison, width)));
}

/** Images are scanned without gate and exceptions, with the corrections of advisories. */
async function ungatedRequest(session: Session, targets: readonly Target[]): Promise<RunRequest> {
  const options = await readUngatedOptions(session, targets);
  const corrections = options.wantsAdvisories ? await openOverrides(session) : undefined;
  const corrected = corrections && {
    policy: { overrides: corrections.entries },
    overrides: corrections.overrides,
  };
  return runRequest(session, { ...options, ...corrected });
}
