/**
 * Rule findings in trivy's JSON.
 *
 * Source: documentation of trivy, "Misconfiguration" and "Secret", and documents that trivy 0.44
 * wrote. `MisconfSummary` is left out, because a report does not contain the number of rules
 * without findings. Texts that programs print are one printable line. The key `Assay` of a finding
 * contains all its fields as they were read, also those of the categories that trivy has no class
 * for.
 */

import { indexBy } from '../../../core/base/maps.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import { encode } from '../../../core/codec/encode.ts';
import { RULE_FINDING } from '../../../core/codec/rule-shapes.ts';
import {
  JsonText,
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from '../../../core/codec/streamed-json.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import { severityName } from '../findings/finding-rows.ts';
import { jsonOf } from '../json/json-parts.ts';
import {
  trivyCause,
  trivyGroup,
  trivyRuleLayer,
  trivyRuleTargets,
  type TrivyRuleTarget,
} from './trivy-rule-targets.ts';
import { trivySecretName } from './trivy-secret-names.ts';
import { modifiedText } from './trivy-vulnerabilities.ts';

type Fields = Readonly<Record<string, Json>>;

interface RuleClass {
  readonly list: 'Misconfigurations' | 'Secrets';
  /** The word for it among findings that are set aside. */
  readonly modified: 'misconfiguration' | 'secret';
  readonly fieldsOf: (finding: RuleFinding, artifact: Artifact) => Fields;
}

const CLASSES: Readonly<Record<TrivyRuleTarget['class'], RuleClass>> = {
  config: {
    list: 'Misconfigurations',
    modified: 'misconfiguration',
    fieldsOf: misconfiguration,
  },
  secret: { list: 'Secrets', modified: 'secret', fieldsOf: secret },
};

/**
 * Yields the results of an artifact that contain rule findings. `prefix` is the one of
 * {@link trivyRuleTargets}.
 */
export function* trivyRuleResults(result: ArtifactResult, prefix: string): Generator<StreamedJson> {
  const { artifact, suppressed } = result;
  const targets = trivyRuleTargets(result, prefix);
  if (targets.length === 0) return;
  const asides = indexBy(suppressed, 'findingId');
  for (const { target, class: kind, type, findings } of targets) {
    const { list, modified, fieldsOf } = CLASSES[kind];
    const written = (finding: RuleFinding): JsonText => {
      const text = jsonOf({
        ...fieldsOf(finding, artifact),
        Assay: encode(RULE_FINDING, finding),
      });
      const aside = asides.get(finding.id);
      return new JsonText(aside === undefined ? text : modifiedText(modified, text, aside));
    };
    const listOf = (isAside: boolean): StreamedList | undefined => {
      const some = findings.filter(({ id }) => asides.has(id) === isAside);
      return some.length === 0 ? undefined : new StreamedList(mapped(some, written));
    };
    yield new StreamedObject([
      ['Target', target],
      ['Class', kind],
      ['Type', kind === 'config' ? type : undefined],
      [list, listOf(false)],
      ['ExperimentalModifiedFindings', listOf(true)],
    ]);
  }
}

/** Yields texts while they are written, because there may be many. */
function* mapped<T, U>(items: readonly T[], make: (item: T) => U): Generator<U> {
  for (const item of items) yield make(item);
}

/** The check by which a policy of trivy names a rule, as in `AVD-DS-0002`. */
const CHECK = /^AVD-/i;

function misconfiguration(finding: RuleFinding, artifact: Artifact): Fields {
  const { rule, aliases, severity, helpUri } = finding;
  const avdId = aliases.find((alias) => CHECK.test(alias));
  const group = trivyGroup(finding);
  const title = stripControl(finding.title);
  const url = helpUri === undefined ? undefined : stripControl(helpUri);
  return {
    Type: group,
    ID: rule,
    ...(avdId !== undefined && { AVDID: avdId }),
    Title: title,
    Description: title,
    Message: stripControl(finding.message),
    Resolution: stripControl(finding.remedy),
    Severity: severityName(severity),
    ...(url !== undefined && { PrimaryURL: url, References: [url] }),
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
  const { title, severity, excerpt = '' } = finding;
  const { id, category } = trivySecretName(finding);
  return {
    RuleID: stripControl(id),
    Category: stripControl(category),
    Severity: severityName(severity),
    Title: stripControl(title),
    ...linesOf(finding),
    Code: codeOf(finding),
    Match: stripControl(excerpt),
    Layer: layerOf(finding, artifact),
  };
}

function linesOf(finding: RuleFinding): Fields {
  const { startLine, endLine } = trivyCause(finding);
  if (startLine === undefined || endLine === undefined) return {};
  return { StartLine: startLine, EndLine: endLine };
}

/** Trivy prints `Highlighted` in terminals, and `Content` elsewhere. */
function codeOf(finding: RuleFinding): Fields {
  const { startLine, content } = trivyCause(finding);
  if (startLine === undefined || content === undefined) return {};
  const line = {
    Number: startLine,
    Content: content,
    IsCause: true,
    Annotation: '',
    Truncated: false,
    Highlighted: content,
    FirstCause: true,
    LastCause: true,
  };
  return { Lines: [line] };
}

function layerOf(finding: RuleFinding, artifact: Artifact): Fields {
  const { digest, diffId, createdBy } = trivyRuleLayer(finding, artifact);
  return {
    ...(digest !== undefined && { Digest: digest }),
    ...(diffId !== undefined && { DiffID: diffId }),
    ...(createdBy !== undefined && { CreatedBy: createdBy }),
  };
}
