/** Tests rules of the user: the rules of a directory against the annotated examples beside them. */

import type { DetectionNote } from '../../../rules/detect/detector.ts';
import { join, resolve } from 'node:path';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../../core/base/errors.ts';
import { indexBy } from '../../../core/base/maps.ts';
import type { OwnRules } from '../../../rules/detect/code/own-rules.ts';
import {
  isExample,
  judgeExample,
  type JudgedExample,
} from '../../../rules/detect/code/judge-example.ts';
import { isVendored } from '../../../rules/detect/code/judge-file.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import { readAnnotations, type Annotation, type LineFault } from './annotations.ts';
import { filesBelow, findRules } from './find-rules.ts';
import { readRules } from './read-rules.ts';

/** Larger files are not looked at. */
const MAX_BYTES = 1_000_000;

/** The outcome of a test of rules. */
export interface RuleTest {
  readonly ruleCount: number;
  readonly exampleCount: number;
  /** Annotations that were compared with findings. */
  readonly annotationCount: number;
  /** In the order of the rules and of the examples; empty if all is as annotated. */
  readonly failures: readonly RuleTestFailure[];
}

/** Something that is not as annotated. */
export interface RuleTestFailure {
  /** `path:line`, or the path alone. */
  readonly where: string;
  readonly message: string;
}

/**
 * Tests the rules of a directory. Every finding needs a comment `ruleid: ID` in the line above,
 * every such comment needs its finding, and every rule needs one example that it reports.
 *
 * @param shown as the user wrote it, relative to `cwd`
 * @throws AssayError `CONFIG_INVALID` for rules that cannot be used, a directory without rules, or
 * an example that cannot be read
 */
export async function testRules(shown: string, cwd: string): Promise<RuleTest> {
  const rules = readRules(await findRules([shown], cwd));
  const root = resolve(cwd, shown);
  const failures: RuleTestFailure[] = rules.unread.map(({ message }) => splitPlace(message));
  const reported = new Set<string>();
  const examples = filesBelow(root, shown).filter((name) => isExample(name));
  let annotationCount = 0;
  for (const name of examples) {
    const example = {
      path: `/${name}`,
      shown: join(shown, name),
      bytes: await bytesOf(join(root, name), join(shown, name)),
    };
    const tested = await testExample(example, rules);
    annotationCount += tested.annotations.length;
    for (const one of tested.annotations) if (one.isReported) reported.add(one.rule);
    for (const { line, message } of tested.faults) {
      failures.push({ where: line === 0 ? example.shown : `${example.shown}:${line}`, message });
    }
  }
  for (const { id, where } of rules.rules) {
    if (reported.has(id)) continue;
    failures.push({ where, message: `no example is annotated with "ruleid: ${id}"` });
  }
  const ruleCount = rules.rules.length + rules.unread.length;
  return { ruleCount, exampleCount: examples.length, annotationCount, failures };
}

/** A diagnostic about a rule begins with its place. */
function splitPlace(message: string): RuleTestFailure {
  const at = message.indexOf(': ');
  return { where: message.slice(0, at), message: message.slice(at + 2) };
}

interface Example {
  readonly path: string;
  readonly shown: string;
  readonly bytes: Uint8Array;
}

interface TestedExample {
  readonly annotations: readonly Annotation[];
  /** In the order of their lines; 0: of the file as a whole. */
  readonly faults: readonly LineFault[];
}

function wordsOf(note: Exclude<DetectionNote, { readonly kind: 'not-asked' }>): string {
  return note.kind === 'gap' ? note.message : `the example is left out: ${note.reason}`;
}

async function testExample({ path, bytes }: Example, rules: OwnRules): Promise<TestedExample> {
  if (isVendored(path)) {
    const message = 'rules do not look at directories with this name; move the example';
    return { annotations: [], faults: [{ line: 0, message }] };
  }
  const judged = await judgeExample(path, bytes, rules);
  const notes = judged.notes.flatMap((note) =>
    note.kind === 'not-asked' ? [] : [{ line: 0, message: wordsOf(note) }],
  );
  if (judged.comments === undefined) return { annotations: [], faults: notes };
  const text = new TextDecoder().decode(bytes);
  const { annotations, faults } = readAnnotations(text, judged.comments);
  const compared = compare(annotations, judged, rules);
  return {
    annotations,
    faults: [...notes, ...faults, ...compared].sort((a, b) => a.line - b.line),
  };
}

function compare(
  annotations: readonly Annotation[],
  { drafts }: JudgedExample,
  { rules }: OwnRules,
): readonly LineFault[] {
  const own: ReadonlyMap<string, (typeof rules)[number]> = indexBy(rules, 'id');
  const shownDrafts = drafts.filter(
    ({ rule, confidence }) => confidence !== 'low' || own.get(rule)?.confidence === 'low',
  );
  const isAt = (line: number | undefined, id: string): boolean =>
    shownDrafts.some((draft) => draft.rule === id && draft.location.line === line);
  const faults = annotations.flatMap((one): readonly LineFault[] => {
    const { line, target, rule, isReported } = one;
    if (!own.has(rule)) return [{ line, message: `there is no rule "${rule}" in the directory` }];
    if (target === undefined) return [{ line, message: 'no code follows the annotation' }];
    if (isAt(target, rule) === isReported) return [];
    return isReported
      ? [{ line, message: `"${rule}" does not report line ${target}` }]
      : [{ line, message: `"${rule}" reports line ${target}, which is annotated with "ok"` }];
  });
  return [...faults, ...extraIn(shownDrafts, annotations)];
}

/** A finding in a line that an annotation is about already counts there. */
function extraIn(
  drafts: readonly RuleDraft[],
  annotations: readonly Annotation[],
): readonly LineFault[] {
  const known = new Set(annotations.map(({ target, rule }) => `${target ?? ''} ${rule}`));
  const extra = drafts.filter(({ rule, location }) => !known.has(`${location.line ?? ''} ${rule}`));
  const lines = new Map(extra.map((one) => [`${one.location.line ?? 0} ${one.rule}`, one]));
  return [...lines.values()].map(({ rule, location }) => ({
    line: location.line ?? 0,
    message: `"${rule}" reports this line, and no annotation says so`,
  }));
}

async function bytesOf(path: string, shown: string): Promise<Uint8Array> {
  try {
    return await readBoundedFile(path, { maxBytes: MAX_BYTES });
  } catch (error) {
    throw new AssayError(
      'CONFIG_INVALID',
      `cannot read the example "${shown}": ${errorMessage(error)}`,
      {
        cause: error,
      },
    );
  }
}
