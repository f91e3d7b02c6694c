/**
 * Faults of Dockerfiles and Containerfiles. Rules whose meaning is that of a rule of hadolint have
 * its id as an alias.
 *
 * Source: the Dockerfile reference; the rules of hadolint as its documentation describes them.
 */

import { isBakePath, isComposePath } from '../../../formats/text/compose-name.ts';
import type { Dockerfile } from '../../../formats/text/dockerfile/dockerfile.ts';
import {
  beginsAsDockerfile,
  hasDockerfileContent,
  isWhollyDockerfile,
} from '../../../formats/text/dockerfile/dockerfile-content.ts';
import {
  isDockerfileName,
  mayBeDockerfileName,
} from '../../../formats/text/dockerfile/dockerfile-name.ts';
import { loadShellReader, type ShellReader } from '../../../formats/text/shell/shell.ts';
import type { IgnoreComment, RuleDraft, RuleFix } from '../../../core/model/rule/rule-finding.ts';
import type { DetectedFile, DetectionNote, FileDetector } from '../detector.ts';
import { draftOf } from '../rule-draft.ts';
import { BASE_CHECKS } from './base-checks.ts';
import { CACHE_CHECKS } from './cache-checks.ts';
import type { DockerfileCheck, Hit } from './check.ts';
import { COMMAND_CHECKS } from './command-checks.ts';
import { CONTEXT_CHECKS } from './context-checks.ts';
import { COPY_CHECKS } from './copy-checks.ts';
import { DOWNLOAD_CHECKS } from './download-checks.ts';
import type { HitFix } from './fixes.ts';
import { inlineDockerfiles } from './inline-dockerfiles.ts';
import { INSTRUCTION_CHECKS } from './instruction-checks.ts';
import { LABEL_CHECKS } from './label-checks.ts';
import { masked } from '../commands/masking.ts';
import { PACKAGE_CHECKS } from './package-checks.ts';
import { subjectOf, textAt, type DockerfileSubject } from './subject.ts';
import { STAGE_CHECKS } from './stage-checks.ts';
import { SUPPLY_CHECKS } from './supply-checks.ts';
import { TRUST_CHECKS } from './trust-checks.ts';
import { refuseLargeDockerfile } from '../../../formats/text/dockerfile/dockerfile-size.ts';

const CHECKS: readonly DockerfileCheck[] = [
  ...BASE_CHECKS,
  ...INSTRUCTION_CHECKS,
  ...COPY_CHECKS,
  ...COMMAND_CHECKS,
  ...PACKAGE_CHECKS,
  ...CACHE_CHECKS,
  ...DOWNLOAD_CHECKS,
  ...SUPPLY_CHECKS,
  ...TRUST_CHECKS,
  ...LABEL_CHECKS,
  ...CONTEXT_CHECKS,
  ...STAGE_CHECKS,
];

let shellReader: ShellReader | undefined;

/** Detector of faults in Dockerfiles. {@link loadShell} has to be called before. */
export const dockerfile: FileDetector = {
  rules: CHECKS.map(({ rule }) => rule),
  prepare: async () => shellReader?.renew(),
  detect(file, note) {
    if (isComposePath(file.path) || isBakePath(file.path)) {
      const { dockerfiles, problem } = inlineDockerfiles(file);
      if (problem !== undefined) note?.({ kind: 'gap', gap: 'unreadable', message: problem });
      return dockerfiles.flatMap((inline) =>
        judged(inline.file, note, { isOne: () => true, canEdit: false }).map((draft) =>
          inline.placed(draft),
        ),
      );
    }
    if (isDockerfileName(file.path)) {
      return judged(file, note, { isOne: (read) => hasDockerfileContent(file.path, read) });
    }
    const mayBe = mayBeDockerfileName(file.path) && beginsAsDockerfile(file.bytes);
    return mayBe ? judged(file, note, { isOne: isWhollyDockerfile }) : [];
  },
};

/** Judges a file, if its content is that of a Dockerfile. */
function judged(
  file: DetectedFile,
  note: Note | undefined,
  {
    isOne,
    canEdit = true,
  }: { readonly isOne: (read: Dockerfile) => boolean; readonly canEdit?: boolean },
): readonly RuleDraft[] {
  refuseLargeDockerfile(file.bytes);
  if (shellReader === undefined) throw new Error('The shell reader is not loaded.');
  const start = performance.now();
  const end = start + MAX_MS;
  const isLate = (): boolean => performance.now() > start + MAX_READING_MS;
  const subject = subjectOf(file, endingReader(shellReader, isLate), isLate);
  if (!isOne(subject.file)) return [];
  const limits = new Set(
    subject.unread.filter(({ isLimit }) => isLimit).map(({ message }) => message),
  );
  const drafts = CHECKS.flatMap((check) => {
    if (performance.now() < end) return found(check, file, { subject, end, limits, canEdit });
    limits.add(TOO_LONG);
    return [];
  });
  for (const message of limits) note?.({ kind: 'gap', gap: 'limit', message });
  return drafts;
}

type Note = (note: DetectionNote) => void;

/** Most milliseconds of wall time for one file; real ones take some. */
const MAX_MS = 10_000;
/** The part of it in which the file is read, so that rules look at what was read. */
const MAX_READING_MS = 5000;
const TOO_LONG =
  'Looking at the file took more than 10 seconds, so some rules did not look at all of it.';

/** Returns a reader that reads nothing more when it is late. */
function endingReader(reader: ShellReader, isLate: () => boolean): ShellReader {
  return {
    ...reader,
    read: (text) => (isLate() ? { failure: 'timeout' } : reader.read(text)),
  };
}

function found(
  check: DockerfileCheck,
  file: DetectedFile,
  {
    subject,
    end,
    limits,
    canEdit,
  }: {
    readonly canEdit: boolean;
    readonly subject: DockerfileSubject;
    readonly end: number;
    readonly limits: Set<string>;
  },
): readonly RuleDraft[] {
  const drafts: RuleDraft[] = [];
  for (const hit of check.find(subject)) {
    if (performance.now() > end) {
      limits.add(TOO_LONG);
      break;
    }
    drafts.push(draft(file, subject, { check, hit: canEdit ? hit : { ...hit, fix: undefined } }));
  }
  return drafts;
}

/** Loads what reads shell commands, and replaces what an earlier text has broken. */
export async function loadShell(): Promise<void> {
  shellReader ??= await loadShellReader();
  await shellReader.renew();
}

const MAX_EXCERPT_LENGTH = 200;

function draft(
  { path }: DetectedFile,
  { file, settings }: DockerfileSubject,
  { check, hit }: { readonly check: DockerfileCheck; readonly hit: Hit },
): RuleDraft {
  const [start, end] = [file.placeOf(hit.range.start), file.placeOf(hit.range.end)];
  const text = masked(textAt(file, hit.range).replaceAll(/\s+/gu, ' ').trim());
  const severity = check.rule.aliases
    .map((alias) => settings.severities?.get(alias))
    .find((one) => one !== undefined);
  const comment = shellComment(check, hit);
  const made = draftOf(
    { ...check.rule, ...(severity && { severity }) },
    {
      message: masked(hit.message),
      location: { path, layer: 0, line: start.line },
      range: {
        startLine: start.line,
        startColumn: start.column,
        endLine: end.line,
        endColumn: end.column,
      },
      excerpt:
        text.length > MAX_EXCERPT_LENGTH ? `${text.slice(0, MAX_EXCERPT_LENGTH - 1)}…` : text,
      names: hit.names,
      ...(hit.fix && comment === undefined && { fix: fixOf(path, hit.fix) }),
      ...(hit.step !== undefined && { instruction: hit.step.instruction.keyword }),
    },
  );
  return comment === undefined ? made : { ...made, comments: [comment] };
}

const SCRIPTED: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/**
 * A comment that names a shell of another language asks to ignore what rules read in scripts,
 * because they are none of it.
 */
function shellComment(
  { rule }: Pick<DockerfileCheck, 'rule'>,
  { step }: Hit,
): IgnoreComment | undefined {
  const named = step?.shell.named;
  if (step === undefined || named === undefined || step.instruction.isJson) return undefined;
  if (!SCRIPTED.has(step.instruction.keyword)) return undefined;
  const reason = `shell=${named.name}`;
  return { syntax: 'hadolint', line: named.line, rules: [rule.id], reason };
}

function fixOf(path: string, { description, range, text }: HitFix): RuleFix {
  const { start: startOffset, end: endOffset } = range;
  return { description, edits: [{ path, startOffset, endOffset, replacement: text }] };
}
