/**
 * The edits that clear findings of rules, file by file. Each new content is looked at again by the
 * same detectors: it counts only if every edited finding is gone and no rule reports more than
 * before. Where all edits of a file together do not pass, they are tried one by one.
 */

import { groupBy } from '../../../core/base/maps.ts';
import { splice, type ByteEdit } from '../../../formats/bytes/byte-range.ts';
import type { ByteSplice, RuleDraft, RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import type { FixLevel } from './fix-level.ts';

/** Detectors that look at one file. */
export type LookAgain = (path: string, bytes: Uint8Array) => Promise<readonly RuleDraft[]>;

/** The findings to fix, and the file reader. */
export interface FixQuestion {
  /** Absent: `safe`. */
  readonly level?: FixLevel;
  /** Findings that count. Those without a fix are passed over. */
  readonly findings: readonly RuleFinding[];
  /**
   * Findings that are set aside; none of their rules is edited in their files beyond what
   * `findings` lists.
   */
  readonly setAside: readonly RuleFinding[];
  /**
   * Returns the bytes of a file, as the artifact names it; `undefined` for what is not a file of
   * its own, as in an archive.
   */
  readonly read: (path: string) => Uint8Array | undefined;
  readonly lookAgain: LookAgain;
}

/** The result for the findings of one file. */
export interface FilePlan {
  readonly path: string;
  readonly old: Uint8Array;
  /** The same bytes where no edit was confirmed. */
  readonly fresh: Uint8Array;
  /** Findings that the second look no longer has. */
  readonly cleared: readonly RuleFinding[];
  /** Findings with an edit that the second look did not confirm. */
  readonly refused: readonly RuleFinding[];
}

/** An edit can bring a finding that an edit clears too, as `apt` becomes `apt-get`. */
const MAX_ROUNDS = 5;

/** Plans the edits of all files, in the order of their paths. */
export async function planFixes(question: FixQuestion): Promise<readonly FilePlan[]> {
  const { level = 'safe' } = question;
  const fixable = question.findings.filter((one) => isMade(one, level));
  const paths = [
    ...new Set(fixable.flatMap(({ fix }) => fix?.edits.map(({ path }) => path) ?? [])),
  ];
  const plans: FilePlan[] = [];
  for (const path of paths.sort()) {
    const own = fixable.filter(
      ({ fix }) => fix?.edits.every((edit) => edit.path === path) === true,
    );
    if (own.length > 0) plans.push(await planFile(path, own, question));
  }
  return plans;
}

/** Whether a finding has an edit of a level. */
function isMade({ fix }: Pick<RuleDraft, 'fix'>, level: FixLevel): boolean {
  return fix !== undefined && (level === 'all' || fix.isUnsafe !== true);
}

async function planFile(
  path: string,
  findings: readonly RuleFinding[],
  question: FixQuestion,
): Promise<FilePlan> {
  const old = question.read(path);
  if (old === undefined) {
    const none = new Uint8Array();
    return { path, old: none, fresh: none, cleared: [], refused: findings };
  }
  const [safe, unsafe] = [false, true].map((isUnsafe) =>
    findings.filter(({ fix }) => (fix?.isUnsafe === true) === isUnsafe),
  );
  const first = await planEdits(path, old, safe ?? [], { question, level: 'safe' });
  if (unsafe === undefined || unsafe.length === 0) return { path, old, ...first };
  const left = leftFindings(path, unsafe, await question.lookAgain(path, first.fresh), question);
  const second = await planEdits(path, first.fresh, left, { question, level: 'all' });
  return {
    ...{ path, old, fresh: second.fresh },
    cleared: [...first.cleared, ...second.cleared],
    refused: [...first.refused, ...second.refused],
  };
}

/**
 * The findings with the edits that they have in a newer content. Those that cannot be told from one
 * that is set aside are left out.
 */
function leftFindings(
  path: string,
  findings: readonly RuleFinding[],
  drafts: readonly RuleDraft[],
  { setAside }: FixQuestion,
): readonly RuleFinding[] {
  const quiet = new Set(
    setAside.filter(({ location }) => location.path === path).map((one) => identityOf(one)),
  );
  const open = groupBy(
    drafts.filter(({ fix }) => fix?.isUnsafe === true),
    identityOf,
  );
  return findings.flatMap((finding) => {
    const key = identityOf(finding);
    const fix = quiet.has(key) ? undefined : open.get(key)?.shift()?.fix;
    return fix === undefined ? [] : [{ ...finding, fix }];
  });
}

function identityOf({ rule, fingerprint }: RuleDraft): string {
  return `${rule} ${fingerprint}`;
}

/** Makes the edits of findings in a content. */
async function planEdits(
  path: string,
  old: Uint8Array,
  findings: readonly RuleFinding[],
  {
    question: { lookAgain, setAside },
    level,
  }: { readonly question: FixQuestion; readonly level: FixLevel },
): Promise<Pick<FilePlan, 'fresh' | 'cleared' | 'refused'>> {
  if (findings.length === 0) return { fresh: old, cleared: [], refused: [] };
  const before = await lookAgain(path, old);
  const look = (bytes: Uint8Array): Promise<readonly RuleDraft[]> => lookAgain(path, bytes);
  const quiet = new Set(
    setAside.filter(({ location }) => location.path === path).map(({ rule }) => rule),
  );
  const whole = await editAll(old, findings, { before, look, quiet, level });
  if (whole !== undefined) return { fresh: whole, cleared: findings, refused: [] };
  return editEach(old, findings, { before, look });
}

interface Looking {
  readonly before: readonly RuleDraft[];
  readonly look: (bytes: Uint8Array) => Promise<readonly RuleDraft[]>;
}

/** What is edited where it was not asked for. */
interface Allowed {
  /** Rules with findings that are set aside. */
  readonly quiet: ReadonlySet<string>;
  readonly level: FixLevel;
}

/**
 * Applies all edits, and those of findings that they bring; `undefined` where the second look does
 * not confirm them.
 */
async function editAll(
  old: Uint8Array,
  findings: readonly RuleFinding[],
  { before, look, quiet, level }: Looking & Allowed,
): Promise<Uint8Array | undefined> {
  const first = spliced(old, findings);
  if (first === undefined) return undefined;
  let bytes = first;
  let after = await look(bytes);
  const isLess = isConfirmed(findings, before, after);
  for (let round = 1; round < MAX_ROUNDS && !isSettled(before, after); round += 1) {
    const counts = countByRule(before);
    const brought = after.filter(
      (one) => isMade(one, level) && !counts.has(one.rule) && !quiet.has(one.rule),
    );
    const next = brought.length === 0 ? undefined : spliced(bytes, brought);
    if (next === undefined) return undefined;
    bytes = next;
    after = await look(bytes);
  }
  return isLess && isSettled(before, after) && isConfirmed(findings, before, after)
    ? bytes
    : undefined;
}

/** Applies one edit after another. The places of later edits move with those that were applied. */
async function editEach(
  old: Uint8Array,
  findings: readonly RuleFinding[],
  { before, look }: Looking,
): Promise<Pick<FilePlan, 'fresh' | 'cleared' | 'refused'>> {
  const cleared: RuleFinding[] = [];
  const refused: RuleFinding[] = [];
  let fresh = old;
  let last = before;
  for (const finding of findings) {
    const tried = spliced(old, [...cleared, finding]);
    const after = tried === undefined ? undefined : await look(tried);
    if (
      tried === undefined ||
      after === undefined ||
      !isSettled(last, after) ||
      !isConfirmed([finding], last, after)
    ) {
      refused.push(finding);
      continue;
    }
    cleared.push(finding);
    fresh = tried;
    last = after;
  }
  return { fresh, cleared, refused };
}

/**
 * Returns the bytes with all edits of some findings; `undefined` where they overlap. Equal edits
 * count once.
 */
function spliced(
  bytes: Uint8Array,
  findings: readonly Pick<RuleDraft, 'fix'>[],
): Uint8Array | undefined {
  const edits = new Map<string, ByteEdit>();
  for (const { fix } of findings) {
    for (const edit of fix?.edits ?? []) {
      const { startOffset, endOffset, replacement } = edit;
      edits.set(keyOf(edit), { range: { start: startOffset, end: endOffset }, text: replacement });
    }
  }
  try {
    return splice(bytes, [...edits.values()]);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function keyOf({ startOffset, endOffset, replacement }: ByteSplice): string {
  return `${startOffset}-${endOffset} ${replacement}`;
}

/** Returns whether each rule reports as many findings less as edits were made for it. */
function isConfirmed(
  findings: readonly Pick<RuleDraft, 'rule'>[],
  before: readonly RuleDraft[],
  after: readonly RuleDraft[],
): boolean {
  const [old, now] = [countByRule(before), countByRule(after)];
  return [...countByRule(findings)].every(
    ([rule, count]) => (now.get(rule) ?? 0) <= (old.get(rule) ?? 0) - count,
  );
}

/** Returns whether no rule reports more than before. */
function isSettled(before: readonly RuleDraft[], after: readonly RuleDraft[]): boolean {
  const old = countByRule(before);
  return [...countByRule(after)].every(([rule, count]) => count <= (old.get(rule) ?? 0));
}

function countByRule(drafts: readonly Pick<RuleDraft, 'rule'>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of drafts) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}
