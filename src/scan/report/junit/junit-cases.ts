/** The cases of one suite: each package, then each finding that is about a file. */

import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import { severityRank } from '../../../core/model/severity/severity.ts';
import { findingHeadline, findingMessage, findingSubject } from '../findings/finding-text.ts';
import { fixedText } from '../findings/finding-rows.ts';
import {
  findingName,
  listingOf,
  type ListedFinding,
  type ListedFindings,
} from '../findings/listed-findings.ts';
import { findingsByPackage } from '../findings/package-findings.ts';
import { factLines, ruleFacts } from '../findings/rule-facts.ts';
import { reasonText, suppressionSourceText } from '../table/table-sections.ts';
import { xmlText } from '../text/xml-text.ts';

/**
 * One case. Cases are counted before they are written, so its texts are made when they are asked
 * for, once and in order.
 */
export interface TestCase {
  readonly outcome: 'passed' | 'failure' | 'skipped';
  readonly texts: () => CaseTexts;
}

/** The texts of a case, escaped for XML. */
export interface CaseTexts {
  readonly className: string;
  /** Unique within its class and suite: readers drop the second case of a name. */
  readonly name: string;
  readonly type: string;
  readonly message: string;
  /** The failed findings, one per line. */
  readonly lines: readonly string[];
}

const MAX_NAME = 200;
/** A label and a value of a rule finding. */
const MAX_FACT = 1100;
/** Findings that a message names; the text of the failure has all. */
const MAX_NAMED = 5;
/** Reasons that a skipped case names. */
const MAX_REASONS = 3;

/** Returns the cases of an artifact. Each call of the result starts anew. */
export function suiteCases(
  result: ArtifactResult,
  report: Report,
  isAction: (listed: ListedFinding) => boolean,
): () => Generator<TestCase> {
  const { findings, inventory } = result;
  const list = listingOf(result, report);
  const numbers = findingsByPackage(findings);
  const judged = packagesOfCauses(report);
  return function* (): Generator<TestCase> {
    const names = new UniqueNames();
    for (const pkg of inventory.packages) {
      const own: ListedFinding[] = [];
      for (const number of numbers.of(pkg.id)) {
        const listed = list.at(number);
        if (listed !== undefined) own.push(listed);
      }
      const failed = own.filter(isAction);
      const cause = judged.get(pkg.id);
      const named = (): Pick<CaseTexts, 'className' | 'name'> => ({
        className: pkg.ecosystem,
        name: names.of(pkg.ecosystem, `${pkg.name} ${pkg.version}`, pkg.locations[0].path),
      });
      if (failed.length > 0 || cause !== undefined) {
        yield caseOf('failure', named, () => failureTexts(failed, cause));
      } else {
        yield otherCase(own, named);
      }
    }
    yield* fileCases(list, isAction, { names, artifact: result.artifact });
  };
}

function caseOf(
  outcome: TestCase['outcome'],
  named: () => Pick<CaseTexts, 'className' | 'name'>,
  rest: () => Pick<CaseTexts, 'type' | 'message' | 'lines'>,
): TestCase {
  return { outcome, texts: () => ({ ...named(), ...rest() }) };
}

/** Returns a case without failures: skipped where everything was set aside. */
function otherCase(
  own: readonly ListedFinding[],
  named: () => Pick<CaseTexts, 'className' | 'name'>,
): TestCase {
  const isSkipped = own.length > 0 && own.every(({ suppressed }) => suppressed !== undefined);
  if (!isSkipped) return caseOf('passed', named, () => NO_TEXTS);
  return caseOf('skipped', named, () => ({ type: '', message: reasonsOf(own), lines: [] }));
}

const NO_TEXTS = { type: '', message: '', lines: [] } as const;

function* fileCases(
  list: ListedFindings,
  isAction: (listed: ListedFinding) => boolean,
  { names, artifact }: { readonly names: UniqueNames; readonly artifact: Artifact },
): Generator<TestCase> {
  for (const listed of list.all()) {
    // Findings of packages have their case above.
    if (listed.pkg !== undefined) continue;
    const named = (): Pick<CaseTexts, 'className' | 'name'> => ({
      className: 'files',
      name: names.of('files', findingSubject(listed), findingName(listed.finding)),
    });
    if (isAction(listed)) yield caseOf('failure', named, () => fileFailure(listed, artifact));
    else yield otherCase([listed], named);
  }
}

/** Returns a failure with every field of the finding, a line each. */
function fileFailure(
  listed: ListedFinding,
  artifact: Artifact,
): Pick<CaseTexts, 'type' | 'message' | 'lines'> {
  const { finding } = listed;
  const texts = failureTexts([listed], undefined);
  if (finding.kind !== 'rule') return texts;
  const facts = factLines(ruleFacts(finding, artifact, { without: ['rule', 'severity'] }));
  return { ...texts, lines: [...texts.lines, ...facts.map((line) => xmlText(line, MAX_FACT))] };
}

function failureTexts(
  failed: readonly ListedFinding[],
  cause: string | undefined,
): Pick<CaseTexts, 'type' | 'message' | 'lines'> {
  const worstFirst = failed.toSorted(
    (a, b) => severityRank(b.finding.severity) - severityRank(a.finding.severity),
  );
  const named = worstFirst
    .slice(0, MAX_NAMED)
    .map(({ finding }) => `${findingName(finding)} (${finding.severity})`);
  const more = failed.length > MAX_NAMED ? [`and ${failed.length - MAX_NAMED} more`] : [];
  const causes = cause === undefined ? [] : [cause];
  return {
    type: worstFirst[0]?.finding.severity ?? 'gate',
    message: xmlText([...named, ...more, ...causes].join(', '), 1000),
    lines: [...worstFirst.map(failureLine), ...causes.map((text) => xmlText(text, 400))],
  };
}

function failureLine(listed: ListedFinding): string {
  const { finding } = listed;
  const fixed = finding.kind === 'vulnerability' ? `. Fixed: ${fixedText(finding)}` : '';
  const text = finding.kind === 'vulnerability' ? findingMessage(listed) : findingHeadline(listed);
  return xmlText(`${finding.severity}: ${text}${fixed}`, 600);
}

function reasonsOf(aside: readonly ListedFinding[]): string {
  const texts = aside.slice(0, MAX_REASONS).flatMap(({ finding, suppressed }) => {
    if (suppressed === undefined) return [];
    const reason = [suppressionSourceText(suppressed.by), reasonText(suppressed)]
      .filter(Boolean)
      .join(': ');
    return [`${findingName(finding)} set aside by ${reason}`];
  });
  const more = aside.length > MAX_REASONS ? [`and ${aside.length - MAX_REASONS} more`] : [];
  return xmlText([...texts, ...more].join('; '), 1000);
}

/** Returns the messages of causes about packages, by package. */
function packagesOfCauses({ verdict }: Report): ReadonlyMap<string, string> {
  const messages = new Map<string, string>();
  if (verdict.status === 'pass') return messages;
  for (const { message, packageIds = [] } of verdict.causes) {
    for (const id of packageIds) messages.set(id, message);
  }
  return messages;
}

/** Escaped names, each of them once for each class. */
class UniqueNames {
  readonly #taken = new Set<string>();

  of(className: string, name: string, detail: string): string {
    const text = xmlText(name, MAX_NAME) || 'unnamed';
    let unique = text;
    for (let number = 1; this.#taken.has(`${className} ${unique}`); number += 1) {
      const place = `${text} (${xmlText(detail, MAX_NAME)})`;
      unique = number === 1 ? place : `${place} ${number}`;
    }
    this.#taken.add(`${className} ${unique}`);
    return unique;
  }
}
