/** One result of an analyzer as the draft of a rule finding. */

import type { IgnoreComment, FlowStep, RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import { messageText } from './message-text.ts';
import { resultFingerprint } from './result-fingerprint.ts';
import { placeIn, placeOf, type PlaceReader, type ResultPlace } from './result-place.ts';
import { severityOf, type LevelOverrides } from './result-severity.ts';
import type { Descriptor, RuleDescriptors } from './rule-descriptors.ts';
import { ruleFactsOf } from './rule-facts.ts';
import type { SarifNode } from './sarif-node.ts';

/** Steps of a flow that are kept; the others are left out of its middle. */
const MAX_STEPS = 50;

/** The shared facts of one run's results. */
export interface RunFacts {
  readonly run: SarifNode;
  /** The name of the analyzer. */
  readonly tool: string;
  readonly group: string;
  readonly driver: SarifNode;
  readonly descriptors: RuleDescriptors;
  readonly overrides: LevelOverrides;
  readonly places: PlaceReader;
}

/**
 * Returns the finding that a result describes.
 *
 * @throws AssayError for a result that is not as SARIF has it, or that is outside of the tree
 */
export function draftOf(result: SarifNode, facts: RunFacts): RuleDraft {
  const { driver, descriptors, overrides, places, tool } = facts;
  const descriptor = descriptors.ofResult(result);
  const { rule, aliases, title, remedy, helpUri, cwe, category } = ruleFactsOf(
    result,
    descriptor,
    facts,
  );
  const place = placeOf(result.list('locations')[0], places);
  const written = result.required('message');
  if (!written.has('text') && !written.has('id')) written.fail('the message has no text');
  const message = messageText(written, descriptor, driver) ?? title;
  const isSecret = category === 'secret';
  const steps = stepsOf(result, descriptor, facts);
  const comments = suppressionsOf(result, { rule, place });
  return {
    kind: 'rule',
    severity: severityOf(result, descriptor, overrides),
    category,
    rule,
    title,
    message,
    location: place.location,
    ...(place.range && { range: place.range }),
    cwe,
    aliases,
    remedy,
    ...(helpUri !== undefined && { helpUri }),
    fingerprint: resultFingerprint({ rule, result, place, message, isSecret }),
    tool,
    ...(steps.length > 0 && { steps }),
    ...(comments.length > 0 && { comments }),
  };
}

/**
 * Returns the first flow of a result. Steps outside of the tree, as in system headers, are left
 * out.
 */
function stepsOf(
  result: SarifNode,
  descriptor: Descriptor | undefined,
  facts: RunFacts,
): readonly FlowStep[] {
  const flow = result.list('codeFlows')[0]?.list('threadFlows')[0]?.list('locations') ?? [];
  const shown =
    flow.length <= MAX_STEPS ? flow : [...flow.slice(0, MAX_STEPS - 1), ...flow.slice(-1)];
  return shown.flatMap((one) => {
    const index = one.index('index');
    const shared = index === undefined ? one : facts.run.item('threadFlowLocations', index);
    const location = one.object('location') ?? shared.object('location');
    return (location && stepAt(location, descriptor, facts)) ?? [];
  });
}

function stepAt(
  location: SarifNode,
  descriptor: Descriptor | undefined,
  { driver, places }: RunFacts,
): FlowStep | undefined {
  const physical = location.object('physicalLocation');
  const artifact = physical?.object('artifactLocation');
  const path = artifact && places.addresses.findPath(artifact);
  if (path === undefined) return undefined;
  const place = placeIn(path, physical?.object('region'), places);
  const message = location.object('message');
  return {
    location: place.location,
    ...(place.range && { range: place.range }),
    message: (message && messageText(message, descriptor, driver)) ?? '',
  };
}

const STATES = ['accepted', 'underReview', 'rejected'] as const;

/**
 * Returns the suppressions of a result, if it counts as suppressed: it has one, and none is under
 * review or rejected. Source: SARIF 2.1.0, 3.27.23 and 3.35. Whether they count is up to the
 * policy.
 */
function suppressionsOf(
  result: SarifNode,
  { rule, place }: { readonly rule: string; readonly place: ResultPlace },
): readonly IgnoreComment[] {
  const suppressions = result.list('suppressions');
  const states = suppressions.map((one) => one.oneOf('status', STATES) ?? 'accepted');
  if (states.some((state) => state !== 'accepted')) return [];
  return suppressions.map((one) => {
    const region = one.object('location')?.object('physicalLocation')?.object('region');
    const reason = one.text('justification');
    return {
      syntax: 'sarif',
      line: region?.index('startLine') ?? place.location.line ?? 1,
      rules: [rule],
      ...(reason !== undefined && { reason }),
    };
  });
}
