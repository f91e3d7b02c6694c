/**
 * Results of trivy's JSON and table that contain rule findings: one for each file and each group of
 * rules.
 *
 * Source: documentation of trivy, "Misconfiguration" and "Secret", and documents that trivy 0.44
 * wrote for directories and images. Results are sorted by class and target, findings by rule and
 * line. Trivy has no class for code and for origins, and its licenses are names and not rules.
 */

import { compareText } from '../../../core/base/compare.ts';
import { groupBy } from '../../../core/base/maps.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import { trivySecretName } from './trivy-secret-names.ts';

/** A result of the class `config` or `secret`. */
export interface TrivyRuleTarget {
  readonly target: string;
  readonly class: 'config' | 'secret';
  /** The group of the rules, as in `dockerfile`. Trivy writes it only for the class `config`. */
  readonly type: string;
  /** Never empty; findings that are set aside are among them. */
  readonly findings: readonly RuleFinding[];
}

/** The lines that a finding is about, with the one that is printed. */
export interface TrivyCause {
  /** 1-based; absent where the place is not text. */
  readonly startLine?: number;
  readonly endLine?: number;
  /** The excerpt of the start line, in which secrets are masked; absent where there is none. */
  readonly content?: string;
}

/** The layer of a finding of an image. */
export interface TrivyRuleLayer {
  readonly digest?: string;
  readonly diffId?: string;
  readonly createdBy?: string;
}

const CLASSES = [
  ['config', 'misconfiguration'],
  ['secret', 'secret'],
] as const;

/**
 * Returns the results of an artifact that contain rule findings. `prefix` is empty, or the
 * artifact's name with `: ` behind it in a document about several artifacts.
 */
export function trivyRuleTargets(
  { artifact, findings }: ArtifactResult,
  prefix: string,
): readonly TrivyRuleTarget[] {
  const rules = findings.filter((finding) => finding.kind === 'rule');
  return CLASSES.flatMap(([kind, category]) => {
    const ofClass = rules.filter((finding) => finding.category === category);
    return [...groupBy(ofClass, placeOf).values()]
      .flatMap((list): TrivyRuleTarget[] => {
        const [first] = list;
        if (first === undefined) return [];
        return [
          {
            target: targetOf(first, artifact, prefix),
            class: kind,
            type: trivyGroup(first),
            findings: list.sort(compareFindings),
          },
        ];
      })
      .sort((a, b) => compareText(a.target, b.target) || compareText(a.type, b.type));
  });
}

/** Returns `dockerfile` of the rule `dockerfile/root-user`. */
export function trivyGroup({ rule }: RuleFinding): string {
  return rule.slice(0, Math.max(rule.indexOf('/'), 0)) || rule;
}

/** Returns the lines that a finding is about. */
export function trivyCause({ range, location, excerpt }: RuleFinding): TrivyCause {
  const startLine = range?.startLine ?? location.line;
  if (startLine === undefined) return {};
  return {
    startLine,
    endLine: Math.max(startLine, range?.endLine ?? startLine),
    ...(excerpt !== undefined && { content: stripControl(excerpt) }),
  };
}

/**
 * Readers cut a digest without asking for its length, and end with an error where it is too short.
 */
const DIFF_ID = /^sha256:[0-9a-f]{64}$/;

/** Returns the layer of a finding; empty where the artifact is not an image. */
export function trivyRuleLayer(
  { location, instruction }: RuleFinding,
  { kind, layers }: Artifact,
): TrivyRuleLayer {
  if (kind !== 'image') return {};
  const { blobDigest, diffId, createdBy } = layers[location.layer] ?? {};
  const by = instruction ?? createdBy;
  return {
    ...(blobDigest !== undefined && { digest: blobDigest }),
    ...(diffId !== undefined && DIFF_ID.test(diffId) && { diffId }),
    ...(by !== undefined && { createdBy: stripControl(by) }),
  };
}

/** A result is about one file and one group of rules. */
function placeOf(finding: RuleFinding): string {
  return `${trivyGroup(finding)}\n${finding.location.path}`;
}

/** Secrets in images have absolute paths. What lies in no file of the image has its name. */
function targetOf({ category, location }: RuleFinding, artifact: Artifact, prefix: string): string {
  const { path } = location;
  const isInImage = artifact.kind === 'image';
  if (path === '' || (isInImage && !path.startsWith('/'))) return artifact.reference;
  return prefix + (isInImage && category === 'secret' ? path : path.replace(/^\//, ''));
}

function compareFindings(a: RuleFinding, b: RuleFinding): number {
  return (
    compareText(orderedBy(a), orderedBy(b)) ||
    (trivyCause(a).startLine ?? 0) - (trivyCause(b).startLine ?? 0) ||
    compareText(a.id, b.id)
  );
}

function orderedBy(finding: RuleFinding): string {
  return finding.category === 'secret' ? trivySecretName(finding).id : finding.rule;
}
