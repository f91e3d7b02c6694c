/**
 * Findings of rules in SARIF: the way of a value is a code flow (section 3.36), a change that
 * clears the finding a fix (section 3.55), and the fingerprint a partial fingerprint. What SARIF
 * has no place for stands in the property bag.
 */

import { groupBy } from '../../../core/base/maps.ts';
import type { Json } from '../../../core/codec/streamed-json.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type {
  ByteSplice,
  FlowStep,
  RuleFinding,
  RuleFix,
} from '../../../core/model/rule/rule-finding.ts';
import { placeUri } from '../findings/artifact-identity.ts';
import { jsonOf, quoted } from '../json/json-parts.ts';
import { MAX_LOCATIONS } from './sarif-limits.ts';
import { sarifPlace } from './sarif-places.ts';
import { messageText } from './sarif-message.ts';
import { terminalText } from '../text/terminal-text.ts';

const MAX_TEXT = 1000;

/** Returns the list of the one place of a finding, in JSON. */
export function ruleFindingPlaces(finding: RuleFinding, artifact: Artifact): string {
  const { location, range, excerpt } = finding;
  const snippet = excerpt === undefined ? undefined : terminalText(excerpt);
  return jsonOf([sarifPlace(location, artifact, { range, snippet })]);
}

/**
 * Returns the partial fingerprint beside the one that code scanning compares, as a member with a
 * comma before it.
 */
export function ruleFingerprintMember({ fingerprint }: RuleFinding): string {
  return `,"assayRuleFingerprint/v1":${quoted(fingerprint)}`;
}

/**
 * Returns `codeFlows` and `fixes` of a result, each with a comma before it; empty where the finding
 * has neither.
 */
export function ruleFindingMembers({ steps, fix }: RuleFinding, artifact: Artifact): string {
  const flows =
    steps === undefined || steps.length === 0
      ? ''
      : `,"codeFlows":${jsonOf([codeFlow(steps, artifact)])}`;
  const fixes =
    fix === undefined || fix.edits.length === 0 ? '' : `,"fixes":${jsonOf([fixOf(fix, artifact)])}`;
  return flows + fixes;
}

function codeFlow(steps: readonly FlowStep[], artifact: Artifact): Json {
  const locations = steps.slice(0, MAX_LOCATIONS).map(({ location, range, message }) => ({
    location: { ...sarifPlace(location, artifact, { range }), message: { text: line(message) } },
    ...(artifact.kind === 'image' && { properties: { layer: location.layer } }),
  }));
  return { threadFlows: [{ locations }] };
}

function fixOf({ description, edits, isUnsafe }: RuleFix, artifact: Artifact): Json {
  const files = groupBy(edits, ({ path }) => path);
  return {
    description: { text: line(description) },
    ...(isUnsafe === true && { properties: { unsafe: true } }),
    artifactChanges: [...files].map(([path, splices]) => ({
      artifactLocation: { uri: placeUri(artifact, { path, layer: 0 }) },
      replacements: splices.map(replacementOf),
    })),
  };
}

function replacementOf({ startOffset, endOffset, replacement }: ByteSplice): Json {
  return {
    deletedRegion: { byteOffset: startOffset, byteLength: Math.max(endOffset - startOffset, 0) },
    insertedContent: { text: replacement },
  };
}

/** Returns the exact data of a finding for programs, as members of a JSON object. */
export function ruleFindingProperties(finding: RuleFinding): string {
  const { category, rule, title, location, excerpt, cwe, aliases, remedy, helpUri } = finding;
  const { tool, confidence, instruction, comments, whitedOutIn } = finding;
  const { layer } = location;
  const exact = { category, rule, title, layer, excerpt, cwe, aliases, remedy, helpUri };
  return jsonOf({
    ...exact,
    ...{ tool, confidence, instruction, whitedOutIn },
    comments: comments?.map((comment) => ({ ...comment })),
  }).slice(1, -1);
}

/**
 * Returns what describes the rule of a finding: the text that is the same for all findings of the
 * rule.
 */
export function describeRuleOf(finding: RuleFinding): {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly help: readonly string[];
  readonly helpUri?: string;
  readonly tags: readonly string[];
} {
  const { rule, title, category, remedy, aliases, cwe, helpUri, tool } = finding;
  const name = line(title) || line(rule);
  const weaknesses = cwe.map((number) => `CWE-${number}`).join(', ');
  return {
    name: 'RuleViolation',
    title: name,
    description: `The rule ${line(rule)} of the category ${category}: ${name}`,
    help: [
      line(remedy) || name,
      ...(aliases.length > 0 ? [`Aliases: ${line(aliases.join(', '))}`] : []),
      ...(weaknesses === '' ? [] : [`Weaknesses: ${weaknesses}`]),
      ...(tool === undefined ? [] : [`Reported by: ${line(tool)}`]),
    ],
    ...(helpUri !== undefined && isWebAddress(helpUri) && { helpUri }),
    tags: ['security', category, ...cwe.map((number) => `external/cwe/cwe-${number}`)],
  };
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\/[!-~]+$/.test(text) && URL.canParse(text);
}

function line(text: string): string {
  return messageText(terminalText(text, MAX_TEXT));
}
