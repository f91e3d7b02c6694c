/**
 * Findings of rules as trivy's JSON has them: a result of the class `config` or `secret` for each file.
 *
 * Source: documentation of trivy, "Misconfiguration" and "Secret". Trivy has no class for code and for origins, and its licences
 * are names and not rules: these findings are under the key `Assay` of the document alone. `MisconfSummary` is left out,
 * because a report does not say how many rules nothing met. All fields of a finding are under its own key `Assay`.
 */

import { groupBy, indexBy } from '../base/maps.ts';
import { encode } from '../codec/encode.ts';
import { RULE_FINDING } from '../codec/rule-shapes.ts';
import {
  JsonText,
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from '../codec/streamed-json.ts';
import type { Artifact } from '../model/artifact.ts';
import type { ArtifactResult } from '../model/report.ts';
import type { RuleFinding } from '../model/rule-finding.ts';
import { severityName } from './finding-rows.ts';
import { jsonOf } from './json-parts.ts';
import { modifiedText } from './trivy-vulnerabilities.ts';

type Fields = Readonly<Record<string, Json>>;

interface RuleClass {
  readonly name: 'config' | 'secret';
  readonly category: RuleFinding['category'];
  readonly list: 'Misconfigurations' | 'Secrets';
  readonly textOf: (finding: RuleFinding, artifact: Artifact) => Fields;
}

const CLASSES: readonly RuleClass[] = [
  {
    name: 'config',
    category: 'misconfiguration',
    list: 'Misconfigurations',
    textOf: misconfiguration,
  },
  { name: 'secret', category: 'secret', list: 'Secrets', textOf: secret },
];

/** Yields the results of an artifact whose findings rules report, by class and by file in the order of the report. */
export function* trivyRuleResults(result: ArtifactResult, prefix: string): Generator<StreamedJson> {
  const { artifact, findings, suppressed } = result;
  const rules = findings.filter((finding) => finding.kind === 'rule');
  if (rules.length === 0) return;
  const asides = indexBy(suppressed, 'findingId');
  for (const { name, category, list, textOf } of CLASSES) {
    const ofClass = rules.filter((finding) => finding.category === category);
    for (const ofFile of groupBy(ofClass, placeOf).values()) {
      const written = (finding: RuleFinding): JsonText => {
        const text = jsonOf({
          ...textOf(finding, artifact),
          Assay: encode(RULE_FINDING, finding),
        });
        const aside = asides.get(finding.id);
        return new JsonText(aside === undefined ? text : modifiedText(category, text, aside));
      };
      const listOf = (isAside: boolean): StreamedList | undefined => {
        const some = ofFile.filter(({ id }) => asides.has(id) === isAside);
        return some.length === 0 ? undefined : new StreamedList(mapped(some, written));
      };
      const [first] = ofFile;
      if (first === undefined) continue;
      const path = first.location.path.replace(/^\//, '');
      yield new StreamedObject([
        ['Target', prefix + (path || artifact.reference)],
        ['Class', name],
        ['Type', name === 'config' ? groupOf(first) : undefined],
        [list, listOf(false)],
        ['ExperimentalModifiedFindings', listOf(true)],
      ]);
    }
  }
}

/** Texts are made while they are written, because there may be many. */
function* mapped<T, U>(items: readonly T[], make: (item: T) => U): Generator<U> {
  for (const item of items) yield make(item);
}

/** A result is about one file and one kind of file. */
function placeOf(finding: RuleFinding): string {
  return `${groupOf(finding)}\n${finding.location.path}`;
}

/** Returns `dockerfile` of `dockerfile/root-user`. */
function groupOf({ rule }: RuleFinding): string {
  return rule.slice(0, Math.max(rule.indexOf('/'), 0)) || rule;
}

/** The check by which a policy of trivy names a rule, as in `AVD-DS-0002`. */
const CHECK = /^AVD-/i;

function misconfiguration(finding: RuleFinding, artifact: Artifact): Fields {
  const { rule, aliases, title, message, remedy, severity, helpUri } = finding;
  const avdId = aliases.find((alias) => CHECK.test(alias));
  const group = groupOf(finding);
  return {
    Type: group,
    ID: rule,
    ...(avdId !== undefined && { AVDID: avdId }),
    ...{ Title: title, Description: title, Message: message, Resolution: remedy },
    Severity: severityName(severity),
    ...(helpUri !== undefined && { PrimaryURL: helpUri, References: [helpUri] }),
    Status: 'FAIL',
    Layer: layerOf(finding, artifact),
    CauseMetadata: {
      Provider: group,
      Service: 'general',
      ...linesOf(finding),
      Code: codeOf(finding),
    },
  };
}

function secret(finding: RuleFinding, artifact: Artifact): Fields {
  const { rule, title, severity, excerpt = '' } = finding;
  return {
    RuleID: rule,
    Category: groupOf(finding),
    Severity: severityName(severity),
    Title: title,
    ...linesOf(finding),
    Code: codeOf(finding),
    Match: excerpt,
    Layer: layerOf(finding, artifact),
  };
}

function linesOf({ range, location }: RuleFinding): Fields {
  const line = range?.startLine ?? location.line;
  return line === undefined ? {} : { StartLine: line, EndLine: range?.endLine ?? line };
}

/** The excerpt, in which secrets are masked, as the one line that is shown. */
function codeOf({ range, location, excerpt }: RuleFinding): Fields {
  const line = range?.startLine ?? location.line;
  if (line === undefined || excerpt === undefined) return {};
  const flags = {
    IsCause: true,
    Annotation: '',
    Truncated: false,
    FirstCause: true,
    LastCause: true,
  };
  return { Lines: [{ Number: line, Content: excerpt, ...flags }] };
}

function layerOf({ location, instruction }: RuleFinding, { kind, layers }: Artifact): Fields {
  if (kind !== 'image') return {};
  const { blobDigest, diffId } = layers[location.layer] ?? {};
  return {
    ...(blobDigest !== undefined && { Digest: blobDigest }),
    ...(diffId !== undefined && { DiffID: diffId }),
    ...(instruction !== undefined && { CreatedBy: instruction }),
  };
}
