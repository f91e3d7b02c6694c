/** `assay base`: images side by side. */

import { AssayError } from '../../../base/errors.ts';
import { jsonText } from '../../../base/json-text.ts';
import { escapeWorkflowCommands } from '../../../base/workflow-commands.ts';
import { runBaseComparison } from '../../../compare/base/run-base-comparison.ts';
import { openOverrides } from '../../../config/override-file.ts';
import type { BaseComparison } from '../../../model/base-comparison.ts';
import { EXIT_CODES } from '../../../model/exit-codes.ts';
import { baseMarkdown } from '../../../report/base-markdown.ts';
import { BASE_TABLE_WIDTH, baseTableLines } from '../../../report/base-table.ts';
import type { RunRequest } from '../../../scan/index.ts';
import type { Target } from '../../../scan/target.ts';
import { planOutputs } from '../../print/outputs.ts';
import { readUngatedOptions, runRequest } from '../../shell/options/scan-options.ts';
import type { CommandModule, Session } from '../command.ts';
import { textLayout, textOf } from '../lookup/lookup-session.ts';
import { imageTargets } from '../scan/image-references.ts';
import { BASE_FLAGS } from './flags.ts';

const FORMATS: readonly string[] = ['table', 'markdown', 'json'];

export const base: CommandModule = {
  usage: 'REF...',
  description:
    'Compares images side by side: findings by severity, fixable and exploited ones, packages, sizes, layers, system and its end of life, age, C library, shells, package managers, interpreters, compilers, user and evidence. It marks the images that no other image is better than, and lists what each of them lacks of the first one. REF is the name of an image, a path to an archive or layout, or a JSON report of Assay (last.json). Layers that images share are read once. Exceptions have no part in it. An image that cannot be had is listed with the reason, and the run ends with exit code 3.',
  flags: BASE_FLAGS,
  examples: [
    {
      command: 'assay base python:3.12 python:3.12-slim python:3.12-alpine',
      purpose: 'three variants of one image',
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
    const targets = imageTargets(session);
    if (targets.length === 0) {
      throw new AssayError('USAGE', 'no image given', {
        hint: 'Name some: assay base python:3.12 python:3.12-slim',
      });
    }
    const { io, context } = session;
    const requestFor = (all: readonly Target[]): Promise<RunRequest> =>
      ungatedRequest(session, all);
    const comparison = await runBaseComparison({ targets, io, requestFor }, context);
    await session.write(rendered(session, output?.format ?? 'table', comparison));
    const isComplete = comparison.images.every(({ kind }) => kind === 'image');
    return isComplete ? EXIT_CODES.pass : EXIT_CODES.target;
  },
};

function rendered(session: Session, format: string, comparison: BaseComparison): string {
  if (format === 'json') return jsonText({ schemaVersion: 1, ...comparison });
  if (format === 'markdown') return escapeWorkflowCommands(baseMarkdown(comparison));
  const { width = BASE_TABLE_WIDTH } = textLayout(session);
  return escapeWorkflowCommands(textOf(baseTableLines(comparison, Math.max(width, 40))));
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
