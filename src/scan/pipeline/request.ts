/** The options of a scan, and their defaults. */

import type { AdvisoryBase } from '../../advisories/store/advisory-base.ts';
import type { DetectionPriority } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { RecordStore } from '../../core/base/record-store.ts';
import type { DetectorSettings } from '../../rules/detect/detector-settings.ts';
import type { Severity } from '../../core/model/advisory/advisory.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Distro, Inventory, Package } from '../../core/model/package/package.ts';
import type { RuleFinding } from '../../core/model/rule/rule-finding.ts';
import type { RuleScanner, ScanPart } from '../../core/model/rule/rule-scanner.ts';
import type { LayerDigests } from '../../core/model/report/report.ts';
import { SEVERITIES } from '../../core/model/severity/severity.ts';
import { isGate } from '../policy/gate.ts';
import { NO_POLICY, type PolicyOptions } from '../policy/options.ts';
import type { TrustOutcome } from '../../core/model/report/trust-outcome.ts';
import type { SourceRequest } from '../source/source.ts';
import type { AttestedVexQuestion } from './attested-vex.ts';
import type { BaseQuestion } from './bases/base-question.ts';
import type { ScanTrust } from './trusted-sources.ts';

/** The options of judging packages; the same for a scan and for a later `rematch`. */
export interface EvaluationRequest {
  /** Absent: inventory only (`--scanners packages`), which needs no advisory data. */
  readonly advisories?: AdvisoryBase;
  /** An omitted option requests nothing. */
  readonly policy?: Partial<PolicyOptions>;
  /** `--pkg-types`: packages of the operating system, of languages, or both (the default). */
  readonly packageTypes?: readonly ('os' | 'library')[];
  /** Development dependencies count too; by default they are left out, with a note. */
  readonly includeDevDependencies?: boolean;
  /**
   * The scanners whose findings rules make; absent: none. The findings of a stored report are kept,
   * and what a scan looked for decides whether a target without packages is empty.
   */
  readonly scanners?: readonly RuleScanner[];
  /** The user's settings for rules; absent: none. */
  readonly detectorSettings?: DetectorSettings;
  /** Findings that other analyzers made in the only target; absent: there are none. */
  readonly joined?: JoinedFindings | undefined;
  /** `--allow-empty`: an artifact without packages is a result and not an error. */
  readonly allowEmpty?: boolean;
  /**
   * `--vuln-severity-source`: whose rating is shown, in order of trust; empty or absent for the
   * default order.
   */
  readonly severitySources?: readonly string[];
  /**
   * The result of checking signatures or sources, which the same verdict covers; absent: they were
   * not checked.
   */
  readonly trust?: TrustOutcome;
  /** Judges what artifacts claim by what the caller has verified; absent: nothing is judged. */
  readonly judgeClaims?: (artifacts: readonly Artifact[]) => TrustOutcome | Promise<TrustOutcome>;
  /** Sentences that the verdict of a gate repeats as warnings. */
  readonly warnings?: readonly string[];
  /** Whether findings about origins decide without a trust file, too; absent: only with one. */
  readonly judgesOrigins?: boolean;
  /** The trust file, by which the sources of images are judged; absent: they are not. */
  readonly trustFile?: ScanTrust;
}

/** Findings of other analyzers. */
export interface JoinedFindings {
  /** With their ids. */
  readonly rules: readonly RuleFinding[];
  /**
   * Whether they take the place of findings of the scan with the same rule, fingerprint and path.
   */
  readonly areNewer?: true;
  /** Parts that they did not examine, and notes. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The targets and options of a scan. */
export interface ScanRequest extends EvaluationRequest {
  /** At least one; all results come into one report with one verdict. */
  readonly targets: readonly (Pick<SourceRequest, 'reference'> & Partial<SourceRequest>)[];
  /** `--distro`: overrides the artifact's own system. */
  readonly distro?: Distro;
  /** `--verify`; absent: `full`, with a lazy target `none`. */
  readonly verify?: VerifyDepth;
  /**
   * False for a scan of rules alone: no package is looked for, and no content verified. Absent:
   * packages are read.
   */
  readonly readsPackages?: boolean;
  /**
   * `--parallel`: how many layers are read at the same time; default 2, which keeps both cores of
   * small machines busy.
   */
  readonly layersAtOnce?: number;
  /** `--detection-priority`; absent: `precise`. */
  readonly detectionPriority?: DetectionPriority;
  /**
   * `--file-patterns`: files that are read as of a type whatever they are called, as
   * `TYPE:PATTERN`.
   */
  readonly filePatterns?: readonly string[];
  /** `--removed-pkgs`: also packages of the system that only lower layers hold. */
  readonly includeRemoved?: boolean;
  /** The question about the bases of images; absent: they are not searched. */
  readonly bases?: BaseQuestion;
  /**
   * `--vex oci`: where the VEX attestations of images are, and who may sign them; absent: they are
   * not read.
   */
  readonly attestedVex?: AttestedVexQuestion;
  /** The cache of results of layers; absent: nothing is cached. */
  readonly cache?: RecordStore;
}

/** An artifact and what it holds, fresh from the layers or from a stored report. */
export interface ScannedArtifact {
  readonly artifact: Artifact;
  readonly layerDigests?: LayerDigests;
  /**
   * The parts that were scanned before advisories are matched, if rules were part of it; see
   * `ArtifactResult.scanners`.
   */
  readonly scanners?: readonly ScanPart[];
  readonly inventory: Inventory;
  readonly diagnostics: readonly Diagnostic[];
  /** Absent where no detector ran. */
  readonly rules?: readonly RuleFinding[];
  /**
   * Development dependencies that are left out; those that are known to be malicious count all the
   * same.
   */
  readonly leftOut?: readonly Package[];
  /** The cache slot of the inventory's matches; absent if they may not be cached. */
  readonly matchSlot?: MatchCacheSlot;
}

/** The cache slot of one inventory's matches. */
export interface MatchCacheSlot {
  readonly store: RecordStore;
  /** The same for the same inventory and build. */
  readonly key: string;
  /**
   * Digest of the content, if the key does not determine it: the inventory is the same only if both
   * are equal.
   */
  readonly content?: string;
}

/** All that `--pkg-types` knows: packages of the operating system, and of languages. */
export const PACKAGE_TYPES = ['os', 'library'] as const;

/**
 * The depth of content verification. `full`: packages against their manifests and against the bytes
 * of all their files. `manifests`: databases and claims against each other, without the digest of
 * any file. `none`: not at all; every package is `claimed`.
 */
export type VerifyDepth = 'full' | 'manifests' | 'none';

/**
 * Refuses a gate on findings of a scanner that does not run: it would pass in any case.
 *
 * @throws AssayError `USAGE`
 */
export function refuseGateWithoutData({
  advisories,
  policy,
  verify,
  scanners = [],
  joined,
}: BlindGate): void {
  refuseUnverified(policy, verify);
  if (advisories !== undefined || scanners.length > 0 || joined !== undefined) return;
  const gate = (policy?.failOn ?? []).length > 0 ? '--fail-on' : '--exit-code';
  const isByCode = policy?.policy === undefined && (policy?.exitCode ?? 0) !== 0;
  if (gate === '--exit-code' && !isByCode) return;
  throw new AssayError(
    'USAGE',
    `${gate} has nothing to decide on: only an inventory was asked for`,
    {
      hint: 'Leave out "--scanners packages", or leave out the gate.',
    },
  );
}

/**
 * Refuses a gate on a lazy read. A table of contents is a claim of the image's publisher: no gate
 * may pass on it, and no content can be verified.
 *
 * @throws AssayError `USAGE`
 */
export function refuseLazyGate({
  targets,
  policy,
  verify = 'none',
}: Pick<ScanRequest, 'targets' | 'policy' | 'verify'>): void {
  if (!targets.some(({ isLazy }) => isLazy === true)) return;
  if (verify !== 'none') {
    throw new AssayError(
      'USAGE',
      `--verify ${verify} needs the layers, which --lazy does not read`,
      {
        hint: 'Leave out one of the two.',
      },
    );
  }
  const options = fullPolicy(policy);
  if (!isGate(options) && options.exitOnEol === undefined) return;
  throw new AssayError(
    'USAGE',
    'a gate must read the layers, and --lazy reads what their tables of contents claim',
    { hint: 'Leave out --lazy to decide, or the gate to look.' },
  );
}

type BlindGate = EvaluationRequest & Pick<ScanRequest, 'verify'>;

/** Refuses gates on evidence without verified content, because nothing can contradict it. */
function refuseUnverified(policy: EvaluationRequest['policy'], verify?: VerifyDepth): void {
  if (verify !== 'none' && verify !== 'manifests') return;
  const level = policy?.minEvidence;
  const needsContent = level === 'verified' || level === 'proven';
  const needsClaims = level === 'consistent' || policy?.failOnTamper === true;
  if (!needsContent && !(needsClaims && verify === 'none')) return;
  const gate = policy?.failOnTamper === true ? '--fail-on-tamper' : `--min-evidence ${level ?? ''}`;
  throw new AssayError('USAGE', `${gate} has nothing to decide on with --verify ${verify}`, {
    hint: 'Leave out one of the two.',
  });
}

/** Returns a policy with the missing options added; see {@link NO_POLICY}. */
export function fullPolicy(policy: Partial<PolicyOptions> = {}): PolicyOptions {
  return { ...NO_POLICY, command: 'assay', ...policy };
}

/** Returns the whole form of a target. */
export function fullTarget(target: ScanRequest['targets'][number]): SourceRequest {
  return { platforms: [], imageSources: [], skipDirs: [], skipFiles: [], ...target };
}

/** Returns the severities that reporters show. */
export function shownSeverities(policy: PolicyOptions): readonly Severity[] {
  return SEVERITIES.filter((severity) => policy.severities.includes(severity));
}
