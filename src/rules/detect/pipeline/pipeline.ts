/**
 * Faults of workflows, actions and settings of Dependabot. Rules whose meaning is that of an audit
 * of zizmor have its name as an alias.
 *
 * Source: docs.github.com, "Security hardening for GitHub Actions"; the audits of zizmor as its
 * documentation describes them.
 */

import { textOf } from '../../../formats/bytes/byte-range.ts';
import { loadShellReader, type ShellReader } from '../../../formats/text/shell/shell.ts';
import { readPlacedYaml } from '../../../formats/text/yaml/yaml-places.ts';
import type { PlacedYaml, YamlNode, YamlProblemId } from '../../../formats/text/yaml/yaml-node.ts';
import { mappingsIn } from '../../../formats/text/yaml/yaml-walk.ts';
import type { RuleDraft, RuleFix } from '../../../core/model/rule/rule-finding.ts';
import { isLimit } from '../commands/limits.ts';
import { masked } from '../commands/masking.ts';
import type { DetectionNote, FileDetector } from '../detector.ts';
import { draftOf } from '../rule-draft.ts';
import type { Rule } from '../rule.ts';
import { ruleOf, type Hit, type HitFix, type PipelineCheck } from './checks/check.ts';
import { APP_CHECKS } from './app-checks.ts';
import { CACHE_CHECKS } from './cache-checks.ts';
import { CALL_CHECKS } from './checks/call-checks.ts';
import { CONDITION_CHECKS } from './checks/condition-checks.ts';
import { ADDRESS_CHECKS } from './checks/address-checks.ts';
import { ARTIFACT_CHECKS } from './checks/artifact-checks.ts';
import { GATE_CHECKS } from './checks/gate-checks.ts';
import { RELEASE_CHECKS } from './checks/release-checks.ts';
import { SECRET_CHECKS } from './checks/secret-checks.ts';
import { DEPENDABOT_CHECKS } from './checks/dependabot-checks.ts';
import { ENVIRONMENT_CHECKS } from './checks/environment-checks.ts';
import { EVALUATION_CHECKS } from './checks/evaluation-checks.ts';
import { commentsAround, type CommentsAround } from './ignoring-comments.ts';
import { INJECTION_CHECKS } from './checks/injection-checks.ts';
import { INSTALL_CHECKS } from './install-checks.ts';
import { JOB_CHECKS } from './checks/job-checks.ts';
import { loadActionNames, NAME_CHECKS } from './name-checks.ts';
import { PERMISSION_CHECKS } from './checks/permission-checks.ts';
import { STEP_CHECKS } from './checks/step-checks.ts';
import { REFERENCE_CHECKS, unaskedAudits } from './checks/reference-checks.ts';
import { PUBLISHING_CHECKS } from './checks/publishing-checks.ts';
import { PERSONAS, type Persona } from '../persona.ts';
import { NO_SETTINGS, type PipelineSettings } from './settings.ts';
import { pipelineKind, subjectOf, type PipelineKind, type PipelineSubject } from './subject.ts';
import { TRIGGER_CHECKS } from './checks/trigger-checks.ts';
import { USES_CHECKS } from './checks/uses-checks.ts';

const CHECKS: readonly PipelineCheck[] = [
  ...TRIGGER_CHECKS,
  ...PERMISSION_CHECKS,
  ...CALL_CHECKS,
  ...USES_CHECKS,
  ...REFERENCE_CHECKS,
  ...INJECTION_CHECKS,
  ...EVALUATION_CHECKS,
  ...CONDITION_CHECKS,
  ...STEP_CHECKS,
  ...ENVIRONMENT_CHECKS,
  ...JOB_CHECKS,
  ...PUBLISHING_CHECKS,
  ...INSTALL_CHECKS,
  ...APP_CHECKS,
  ...NAME_CHECKS,
  ...CACHE_CHECKS,
  ...DEPENDABOT_CHECKS,
  ...ADDRESS_CHECKS,
  ...GATE_CHECKS,
  ...ARTIFACT_CHECKS,
  ...RELEASE_CHECKS,
  ...SECRET_CHECKS,
];

const UNREAD: Rule = ruleOf({
  name: 'unread-part',
  isOwn: true,
  severity: 'medium',
  title: 'part of a pipeline that could not be read',
  cwe: [1059],
  why: 'What cannot be read is not judged. GitHub may read it in another way.',
  remedy: 'Mend the syntax at the place that the finding names.',
  failing: 'on: push\njobs: {a: {runs-on: x, steps: [{run: "make ${{ a b }}"}]}}\n',
  passing: 'on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n',
});

let shellReader: ShellReader | undefined;

/** Loads what reads shell commands, and replaces what an earlier text has broken. */
export async function loadShell(): Promise<void> {
  shellReader ??= await loadShellReader();
  await Promise.all([shellReader.renew(), loadActionNames()]);
}

/** Detector of faults in pipelines. {@link loadShell} has to be called before. */
export const pipeline: FileDetector = {
  rules: [...CHECKS.map(({ rule }) => rule), UNREAD],
  prepare: async () => shellReader?.renew(),
  detect: ({ path, bytes, settings }, note) =>
    pipelineFindings(path, bytes, settings?.pipeline, note),
};

/** Returns the findings of a file; none for files that are no part of a pipeline. */
export function pipelineFindings(
  path: string,
  bytes: Uint8Array,
  settings: PipelineSettings = NO_SETTINGS,
  note?: (note: DetectionNote) => void,
): readonly RuleDraft[] {
  const kind = pipelineKind(path);
  if (kind === undefined) return [];
  if (shellReader === undefined) throw new Error('The shell reader is not loaded.');
  const yaml = readPlacedYaml(bytes);
  const start = performance.now();
  const reader = endingReader(shellReader, () => performance.now() > start + MAX_READING_MS);
  const drafts: RuleDraft[] = [];
  let around: CommentsAround = () => [];
  const report: Report = (rule, hit) => {
    if (!isWanted(hit.persona, settings)) return;
    const one = draft(path, yaml, rule, withSeverity(rule, hit, settings));
    const comments = around(rule, hit.range);
    drafts.push(comments.length === 0 ? one : { ...one, comments });
  };
  const gaps = new Map(reportProblems(yaml, report));
  for (const { root } of yaml.documents) {
    const subject = subjectOf(yaml, root, { kind, path, settings, reader });
    const unread = [...unreadNodes(kind, { yaml, root, subject })];
    for (const hit of unread) {
      report(UNREAD, hit);
      // Runners of other systems follow merge keys and tags, which hides what these stand for.
      if (!/(?:^|\/)\.github\//u.test(path)) gaps.set(hit.message.slice(0, -1), 'unreadable');
    }
    if (subject === undefined) continue;
    around = commentsAround(path, yaml, subject);
    reportFindings(subject, report);
    const unasked = unaskedAudits(subject);
    if (unasked.length > 0) note?.({ kind: 'not-asked', audits: unasked });
    for (const { unread } of subject.scripts().values()) {
      for (const message of unread) if (isLimit(message)) gaps.set(message, 'limit');
    }
  }
  for (const [message, gap] of gaps) note?.({ kind: 'gap', gap, message });
  return drafts;
}

type Report = (rule: Rule, hit: Hit) => void;
type Gap = Extract<DetectionNote, { readonly kind: 'gap' }>['gap'];

/** Problems by which a part of a file is not judged. */
const GAPS: ReadonlyMap<YamlProblemId, Gap> = new Map<YamlProblemId, Gap>([
  ['encoding', 'unreadable'],
  ['syntax', 'unreadable'],
  ['alias', 'unreadable'],
  ['size', 'limit'],
  ['depth', 'limit'],
  ['count', 'limit'],
]);

/** Reports what is wrong with the YAML, and yields what hides something. */
function* reportProblems(yaml: PlacedYaml, report: Report): Generator<readonly [string, Gap]> {
  for (const { message, offset, id, line } of yaml.problems) {
    const range = { start: offset, end: Math.min(offset + 1, yaml.bytes.length) };
    report(UNREAD, { range, message: `The file cannot be read here: ${message}.`, names: [id] });
    const gap = GAPS.get(id);
    if (gap !== undefined) yield [`line ${line}: ${message}`, gap];
  }
}

function reportFindings(subject: PipelineSubject, report: Report): void {
  for (const { rule, persona, find } of CHECKS) {
    // The hits of such a check have its persona.
    if (!isWanted(persona, subject.settings)) continue;
    for (const hit of find(subject)) report(rule, hit);
  }
  for (const hit of unreadExpressions(subject)) report(UNREAD, hit);
}

/** A hit with the severity that the settings give to its rule. */
function withSeverity(rule: Rule, hit: Hit, { severities }: PipelineSettings): Hit {
  if (severities === undefined) return hit;
  const severity = rule.aliases
    .map((alias) => severities.get(alias))
    .find((one) => one !== undefined);
  return severity === undefined ? hit : { ...hit, severity };
}

/** Most milliseconds in which the scripts of one file are read; real ones take some. */
const MAX_READING_MS = 5000;

/** A reader that reads nothing more when it is late. */
function endingReader(reader: ShellReader, isLate: () => boolean): ShellReader {
  return {
    ...reader,
    read: (text) => (isLate() ? { failure: 'timeout' } : reader.read(text)),
  };
}

function isWanted(persona: Persona = 'regular', settings: PipelineSettings): boolean {
  return (
    persona === 'regular' ||
    PERSONAS.indexOf(persona) <= PERSONAS.indexOf(settings.persona ?? 'regular')
  );
}

function* unreadExpressions({ texts }: PipelineSubject): Generator<Hit> {
  for (const { expressions, scalar } of texts) {
    for (const { problem } of expressions) {
      if (problem === undefined) continue;
      const message = `GitHub refuses the expression: ${problem}.`;
      yield { range: scalar.range, message, names: [problem] };
    }
  }
}

const MERGED =
  'A merge key (<<) is not followed: GitHub supports anchors and aliases, and no merge keys';

interface Document {
  readonly yaml: PlacedYaml;
  readonly root: YamlNode;
  /** Absent: the document is not what its path says. */
  readonly subject: PipelineSubject | undefined;
}

/** What GitHub refuses, and what is therefore not judged. */
function* unreadNodes(kind: PipelineKind, { yaml, root, subject }: Document): Generator<Hit> {
  if (kind !== 'workflow' && kind !== 'action') return;
  yield* mergeKeys(yaml, root);
  for (const { tag } of subject?.tagged ?? []) {
    if (tag === undefined) continue;
    const message = `The tag ${tag.text.slice(0, 80)} is not followed: GitHub supports no such tags.`;
    yield { range: tag.range, message, names: ['tag', tag.text] };
  }
  // Files with the name of an action can belong to other programs.
  if (kind !== 'workflow' || subject !== undefined || isEmpty(root)) return;
  const first = root.kind === 'mapping' ? root.pairs[0]?.key.range : undefined;
  const { start, end } = root.range;
  const range = first ?? { start, end: Math.min(start + 1, end) };
  yield { range, message: 'The workflow has no mapping of jobs.', names: ['jobs'] };
}

function isEmpty(root: YamlNode): boolean {
  return root.kind === 'scalar' && root.value.trim() === '';
}

/**
 * The merge keys of a workflow or an action. GitHub refuses the file, and what is merged is not
 * judged.
 */
function* mergeKeys({ bytes }: PlacedYaml, root: YamlNode): Generator<Hit> {
  const { buffer, byteOffset, length } = bytes;
  // Most files have none, which a walk over all mappings would have to find.
  if (!Buffer.from(buffer, byteOffset, length).includes('<<')) return;
  for (const { pairs } of mappingsIn(root)) {
    for (const { key } of pairs) {
      if (key.kind === 'scalar' && key.style === 'plain' && key.value === '<<') {
        yield { range: key.range, message: `${MERGED}.`, names: ['merge'] };
      }
    }
  }
}

const MAX_EXCERPT_LENGTH = 200;

function draft(
  path: string,
  yaml: PlacedYaml,
  rule: Rule,
  { range, message, names, severity = rule.severity, confidence, fix }: Hit,
): RuleDraft {
  const [start, end] = [yaml.placeOf(range.start), yaml.placeOf(range.end)];
  const text = masked(textOf(yaml.bytes, range).replaceAll(/\s+/gu, ' ').trim());
  const excerpt =
    text.length > MAX_EXCERPT_LENGTH ? `${text.slice(0, MAX_EXCERPT_LENGTH - 1)}…` : text;
  return draftOf(severity === rule.severity ? rule : { ...rule, severity }, {
    message: masked(message),
    location: { path, layer: 0, line: start.line },
    range: {
      startLine: start.line,
      startColumn: start.column,
      endLine: end.line,
      endColumn: end.column,
    },
    excerpt: rule.id.endsWith('container-credentials') ? 'password: ***' : excerpt,
    names,
    ...(confidence && { confidence }),
    ...(fix && { fix: fixOf(path, fix) }),
  });
}

function fixOf(path: string, { description, edits, isUnsafe }: HitFix): RuleFix {
  return {
    description,
    ...(isUnsafe === true && { isUnsafe }),
    edits: edits.map(({ range, text }) => ({
      ...{ path, startOffset: range.start, endOffset: range.end, replacement: text },
    })),
  };
}
