/**
 * A finding in words, for formats that show it as a message: one headline, and facts with a label
 * each.
 */

import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { Package } from '../../../core/model/package/package.ts';
import { isMalicious } from '../../../core/model/advisory/malicious.ts';
import { contradictionSentence } from '../table/evidence.ts';
import { fixedText } from './finding-rows.ts';
import { findingPlaces, findingVersion, type ListedFinding } from './listed-findings.ts';
import { originText } from '../table/origin-text.ts';
import { titleOf } from './vulnerability-title.ts';
import { terminalText } from '../text/terminal-text.ts';

const MAX_SUBJECT = 200;
const MAX_MESSAGE = 300;

/** Returns `openssl 1.1.1a-r0: CVE-2019-1543: title`: harmless, on one line. */
export function findingHeadline(listed: ListedFinding): string {
  return `${findingSubject(listed)}: ${findingMessage(listed)}`;
}

/** Returns the package with its version, or the path of the file that a finding is about. */
export function findingSubject(listed: ListedFinding): string {
  const { finding, pkg } = listed;
  if (pkg !== undefined) return terminalText(`${pkg.name} ${findingVersion(listed)}`, MAX_SUBJECT);
  const [place] = findingPlaces(listed);
  if (place !== undefined) return terminalText(place.path.replace(/^\//u, ''), MAX_SUBJECT) || '/';
  return finding.kind === 'rule' ? '' : terminalText(finding.packageId ?? '', MAX_SUBJECT);
}

/** Returns what is wrong, without the package and the place. */
export function findingMessage(listed: ListedFinding): string {
  const { finding } = listed;
  const title = findingTitle(listed);
  if (finding.kind !== 'vulnerability') return title;
  const id = terminalText(finding.advisoryId, MAX_MESSAGE);
  return title === '' ? id : `${id}: ${title}`;
}

/** Returns what is wrong, without the id of the advisory; may be empty. */
export function findingTitle({ finding, advisory }: ListedFinding): string {
  switch (finding.kind) {
    case 'vulnerability': {
      const title = advisory === undefined ? '' : titleOf(advisory);
      return isMalicious(finding) ? `known malicious: ${title}`.trim() : title;
    }
    case 'integrity':
      return contradictionSentence(finding);
    case 'rule':
      return terminalText(finding.message, MAX_MESSAGE);
  }
}

/**
 * Returns a finding in a few short sentences, the last of which is `origin`. The title is left out,
 * because it stands where the rule is described.
 */
export function resultMessage(listed: ListedFinding, origin: string): string {
  const { finding } = listed;
  const subject = findingSubject(listed);
  if (finding.kind !== 'vulnerability') {
    return `${subject}: ${findingMessage(listed)} (${finding.severity}).${origin}`;
  }
  const id = terminalText(finding.advisoryId, MAX_MESSAGE);
  const is = isMalicious(finding) ? 'is known to be malicious by' : 'is affected by';
  return `${subject} ${is} ${id} (${finding.severity}). Fixed: ${fixedText(finding)}.${origin}`;
}

/**
 * Returns how far a package can be believed and where it came from, as a sentence with a blank
 * before it.
 */
export function originSentence(pkg: Package, artifact: Artifact): string {
  return ` Evidence: ${pkg.evidence.level}. Origin: ${originText(pkg, artifact)}.`;
}
