/** The line that sets a finding aside, ready to be pasted. */

import { stripControl } from '../../core/base/strip-control.ts';
import type { RuleFinding } from '../../core/model/rule/rule-finding.ts';

const DAY_MS = 86_400_000;
/** An exception without an end is forgotten. */
const DAYS = 90;

interface Excepted {
  readonly id: string;
  readonly packageName: string;
  /** Stands in for the id and the package where these are not plain words. */
  readonly findingId?: string;
}

/**
 * Returns the line for `.trivyignore`: the id, the day from which it no longer counts, and room for
 * the reason.
 */
export function trivyignoreLine(
  { id, packageName, findingId = '' }: Excepted,
  now: number,
): string {
  const until = lastDay(now);
  // A blank in an id would begin another field of the line.
  const what = !ID.test(id) && ID.test(findingId) ? findingId : oneWord(id);
  return `${what} exp:${until} # ${stripControl(packageName).slice(0, 80)}: why it may stay, and who says so`;
}

/**
 * Returns the line for `.assayignore`: the id and the package, as a malicious version needs both.
 */
export function assayignoreLine(
  { id, packageName, findingId = '' }: Excepted,
  now: number,
): string {
  const isPlain = ID.test(id) && NAME.test(packageName);
  const what =
    !isPlain && ID.test(findingId)
      ? findingId
      : `${oneWord(id)} package:${oneWord(packageName).slice(0, 200)}`;
  return `${what} exp:${lastDay(now)} # why it may stay, and who says so`;
}

/** Words that no shell reads as anything but themselves, and no program as an option. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]*$/u;
const NAME = /^[A-Za-z0-9_@][A-Za-z0-9._+:@/-]*$/u;

/**
 * Returns the command that adds the exception. A package whose name is not plain is never named:
 * the id of its finding stands in for both. `undefined` if no plain words say it.
 */
export function exceptionCommand(
  id: string,
  packageName: string,
  findingId?: string,
): string | undefined {
  const isPlain = ID.test(id) && NAME.test(packageName);
  if (!isPlain && (findingId === undefined || !ID.test(findingId))) return undefined;
  const what = isPlain ? `${id} --package ${packageName}` : (findingId ?? '');
  return `assay ignore add ${what} --expires ${DAYS}d --reason 'why it may stay' --ignorefile .assayignore`;
}

type ExceptedRule = Pick<RuleFinding, 'id' | 'rule' | 'location'>;

/**
 * Returns the line for `.assayignore`: the rule at this path, or the one finding if these are not
 * plain words.
 */
export function ruleException(finding: ExceptedRule, now: number): string {
  const { id, rule, location } = finding;
  const path = plainPath(location.path);
  const what = path === undefined || !NAME.test(rule) ? id : `${rule} path:${path}`;
  return `${what} exp:${lastDay(now)} # why it may stay, and who says so`;
}

/**
 * Returns the command that adds the exception of {@link ruleException}; `undefined` if no plain
 * words say it.
 */
export function ruleExceptionCommand({ id, rule, location }: ExceptedRule): string | undefined {
  const path = plainPath(location.path);
  const isPlain = path !== undefined && NAME.test(rule);
  if (!isPlain && !ID.test(id)) return undefined;
  const what = isPlain ? `${rule} --path ${path}` : id;
  return `assay ignore add ${what} --expires ${DAYS}d --reason 'why it may stay' --ignorefile .assayignore`;
}

/**
 * Returns a path in which no character means anything to a shell or a pattern; `undefined` for
 * others, and for that of no file.
 */
function plainPath(path: string): string | undefined {
  const relative = path.replace(/^\/+/u, '');
  return NAME.test(relative) && relative.length <= 400 ? relative : undefined;
}

/** Returns the text without characters that would end the field of a line. */
function oneWord(text: string): string {
  return stripControl(text).replaceAll(/[\s#]/gu, '\uFFFD');
}

function lastDay(now: number): string {
  return new Date(now + DAYS * DAY_MS).toISOString().slice(0, 10);
}
