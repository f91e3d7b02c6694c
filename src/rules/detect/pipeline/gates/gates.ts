/**
 * Programs and actions whose purpose is to fail a run, and the options that prevent it.
 *
 * Source: the manuals of the programs, and the descriptions of the inputs of the actions.
 */

/** A program that fails when it finds something. */
export interface GateProgram {
  /** Pattern of the first word behind the name; absent: any word. */
  readonly word?: RegExp;
  /** Pattern of a word anywhere behind the name; absent: none has to be there. */
  readonly anyWord?: RegExp;
  /** The words, joined by spaces, that switch failing off. */
  readonly off?: RegExp;
  /** The words, joined by spaces, without which it never fails; absent: it fails by itself. */
  readonly needs?: RegExp;
}

const EXIT_ZERO = /(?:^| )--exit-code[= ]0(?= |$)/u;
const EXIT_CODE = /(?:^| )--exit-code(?:[= ]|$)/u;

/** A name of a target or a script that looks for weaknesses. */
const SCANNING =
  /^(?:[\w-]+[-_:.])?(?:audit|security|sast|vulns?|vulnerabilit(?:y|ies)|trivy|grype|snyk)(?:[-_:.][\w-]+)?$/iu;
const CHECK = /^(?:-[a-zA-Z]*c|--check)$/u;

/** By name. */
export const GATE_PROGRAMS: ReadonlyMap<string, GateProgram> = new Map<string, GateProgram>([
  [
    'trivy',
    {
      word: /^(?:image|i|fs|filesystem|repo|repository|rootfs|config|conf|sbom|vm|k8s|kubernetes)$/u,
      off: EXIT_ZERO,
      needs: EXIT_CODE,
    },
  ],
  [
    'assay',
    {
      word: /^(?:image|fs|rootfs|repo|sbom|audit|config|conf|host|scan|gate|commits|verify|push)$/u,
      off: EXIT_ZERO,
    },
  ],
  ['grype', { off: /(?!)/u, needs: /(?:^| )(?:--fail-on|-f)(?:[= ]|$)/u }],
  // The names of targets and scripts say what they are for.
  [
    'make',
    {
      anyWord: SCANNING,
      off: /(?:^| )(?:-i|--ignore-errors)(?= |$)/u,
    },
  ],
  ['npm run', { word: SCANNING }],
  ['pnpm run', { word: SCANNING }],
  ['yarn run', { word: SCANNING }],
  ['bun run', { word: SCANNING }],
  ['snyk', { word: /^(?:test|container|code|iac)$/u }],
  ['npm', { word: /^audit$/u, off: / (?:--audit-level[= ]none|--dry-run)(?= |$)/u }],
  ['pnpm', { word: /^audit$/u, off: / --ignore-registry-errors(?= |$)/u }],
  ['yarn', { word: /^audit$/u }],
  ['composer', { word: /^audit$/u }],
  ['pip-audit', {}],
  ['safety', { word: /^(?:check|scan)$/u, off: / --continue-on-error(?= |$)/u }],
  ['bandit', { off: /(?:^| )--exit-zero(?= |$)/u }],
  ['semgrep', { word: /^(?:ci|scan)$/u }],
  ['gitleaks', { word: /^(?:detect|protect|dir|git|stdin)$/u, off: EXIT_ZERO }],
  ['trufflehog', { needs: /(?:^| )--fail(?= |$)/u }],
  ['osv-scanner', {}],
  ['govulncheck', {}],
  ['cargo', { word: /^(?:audit|deny)$/u }],
  ['bundle-audit', {}],
  ['better-npm-audit', { word: /^audit$/u }],
  ['audit-ci', {}],
  ['njsscan', {}],
  ['gosec', { off: /(?:^| )-no-fail(?= |$)/u }],
  ['brakeman', { off: /(?:^| )--no-exit-on-warn(?= |$)/u }],
  ['terrascan', { word: /^scan$/u }],
  ['kubesec', { word: /^scan$/u }],
  ['hadolint', { off: /(?:^| )(?:--no-fail|(?:--failure-threshold|-t)[= ]none)(?= |$)/u }],
  ['checkov', { off: /(?:^| )(?:--soft-fail|-s)(?= |$)/u }],
  ['tfsec', { off: /(?:^| )(?:--soft-fail|-s)(?= |$)/u }],
  ['kics', { word: /^scan$/u, off: / --ignore-on-exit[= ](?:all|results)(?= |$)/u }],
  ['dockle', { off: EXIT_ZERO, needs: EXIT_CODE }],
  ['zizmor', { off: /(?:^| )--no-exit-codes(?= |$)/u }],
  ['actionlint', {}],
  ['cosign', { word: /^verify(?:-attestation|-blob|-blob-attestation)?$/u }],
  ['slsa-verifier', { word: /^verify-/u }],
  ['sha1sum', { anyWord: CHECK }],
  ['sha256sum', { anyWord: CHECK }],
  ['sha512sum', { anyWord: CHECK }],
  ['shasum', { anyWord: CHECK }],
  ['gpg', { anyWord: /^--verify$/u }],
  ['gpgv', {}],
  ['minisign', { anyWord: /^-V/u }],
  ['gh', { word: /^attestation$/u }],
]);

/** Images of scanners with the name of the program, without registries. */
export const GATE_IMAGES: ReadonlyMap<string, string> = new Map([
  ['aquasec/trivy', 'trivy'],
  ['aquasecurity/trivy', 'trivy'],
  ['anchore/grype', 'grype'],
  ['bridgecrew/checkov', 'checkov'],
  ['aquasec/tfsec', 'tfsec'],
  ['checkmarx/kics', 'kics'],
  ['hadolint/hadolint', 'hadolint'],
  ['goodwithtech/dockle', 'dockle'],
  ['zricethezav/gitleaks', 'gitleaks'],
  ['gitleaks/gitleaks', 'gitleaks'],
  ['trufflesecurity/trufflehog', 'trufflehog'],
  ['returntocorp/semgrep', 'semgrep'],
  ['semgrep/semgrep', 'semgrep'],
  ['google/osv-scanner', 'osv-scanner'],
  ['securego/gosec', 'gosec'],
  ['zizmorcore/zizmor', 'zizmor'],
  ['rhysd/actionlint', 'actionlint'],
  ['bitnami/cosign', 'cosign'],
]);

/** An action that is a gate. */
export interface GateAction {
  /** The input, in lower case, and the values, in lower case, with which it never fails. */
  readonly off?: readonly [input: string, values: readonly string[]];
  /** Whether it never fails without the input. */
  readonly isOffByDefault?: boolean;
}

/** By action, in lower case. */
export const GATE_ACTIONS: ReadonlyMap<string, GateAction> = new Map<string, GateAction>([
  ['aquasecurity/trivy-action', { off: ['exit-code', ['0']], isOffByDefault: true }],
  ['anchore/scan-action', { off: ['fail-build', ['false']] }],
  ['docker/scout-action', { off: ['exit-code', ['false']], isOffByDefault: true }],
  ['bridgecrewio/checkov-action', { off: ['soft_fail', ['true']] }],
  ['aquasecurity/tfsec-action', { off: ['soft_fail', ['true']] }],
  ['actions/dependency-review-action', { off: ['warn-only', ['true']] }],
  ['hadolint/hadolint-action', { off: ['no-fail', ['true']] }],
  ['goodwithtech/dockle-action', { off: ['exit-code', ['0']], isOffByDefault: true }],
  ['erzz/dockle-action', { off: ['exit-code', ['0']] }],
  ['azure/container-scan', { off: ['run-quality-checks', ['false']] }],
  ['gitleaks/gitleaks-action', {}],
  ['snyk/actions/node', {}],
  ['snyk/actions/docker', {}],
  ['snyk/actions/python', {}],
  ['google/osv-scanner-action/osv-scanner-action', {}],
  ['pypa/gh-action-pip-audit', {}],
  ['zizmorcore/zizmor-action', {}],
]);
