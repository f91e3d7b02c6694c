/**
 * The verdict of a gate: causes by exit code, in the order in which the codes win. What could hide
 * findings makes a gate incomplete, unless that is allowed.
 */

import { appendTo } from '../../core/base/maps.ts';
import {
  EXIT_CODES,
  decidingCauses,
  type DecidingCauseId,
} from '../../core/model/report/exit-codes.ts';
import type { Diagnostic, GapKind } from '../../core/model/finding/finding.ts';
import { GAP_NAMES } from '../../core/model/finding/gap-names.ts';
import type { Verdict } from '../../core/model/report/report.ts';
import {
  conditionCauses,
  exitCodeCauses,
  forbiddenCauses,
  maliciousCauses,
  exitCodeRule,
  remainingText,
  ruleOf,
  type GateInput,
  type Cause,
} from './causes.ts';
import {
  minEvidenceCauses,
  staleIgnoreCauses,
  tamperingCauses,
  passedEvidenceRules,
} from './evidence-causes.ts';
import { isExitCodeGate, isGate } from './gate.ts';
import type { PolicyOptions } from './options.ts';
import { passedTrustRules, trustCauses } from './trust-causes.ts';

/** The causes of a verdict, by the exit cause that they are of. */
const CAUSES_OF: Readonly<Record<DecidingCauseId, (run: GateInput) => readonly Cause[]>> = {
  tampered: ({ subjects, options }) =>
    tamperingCauses(
      subjects.map(({ finding }) => finding),
      options,
    ),
  signatureRefused: ({ trust }) => trustCauses(trust, 'signatureRefused'),
  noCertificate: ({ trust }) => trustCauses(trust, 'noCertificate'),
  noImage: ({ trust }) => trustCauses(trust, 'noImage'),
  unsigned: ({ trust }) => trustCauses(trust, 'unsigned'),
  untrustedSource: ({ trust }) => trustCauses(trust, 'untrustedSource'),
  findings: byFindings,
  endOfLife: byEndOfLife,
  incomplete: (run) => (isGate(run.options) ? byGaps(run) : []),
};

/**
 * Returns the verdict on findings, gaps, signatures and sources, without a cure. The first exit
 * code with a cause decides. If neither a gate nor a check of signatures or sources is asked for
 * and no cause exists, the status is `notAsked`.
 */
export function evaluateGate(run: GateInput): Verdict {
  const { options } = run;
  const all = decidingCauses().map(({ id, code, flag, decides: { status } }) => {
    const exitCode = (flag && options[flag.option]) ?? code;
    const causes = CAUSES_OF[id](run).map((cause) => ({ ...cause, exitCode }));
    return { status, exitCode, causes };
  });
  const causes = all.flatMap((group) => group.causes);
  const { warnings = [] } = run.trust ?? {};
  const common = {
    ...(options.isDryRun === true && { isDryRun: true }),
    ...(options.policy !== undefined && { policy: options.policy }),
    ...(warnings.length > 0 && { warnings }),
  };
  const first = all.find((group) => group.causes.length > 0);
  if (first !== undefined) {
    return { status: first.status, exitCode: first.exitCode, ...common, causes };
  }
  const isHeld = (run.trust?.held ?? []).length > 0;
  if (!isGate(options) && !isHeld) {
    return { status: 'notAsked', exitCode: EXIT_CODES.pass, ...common, causes };
  }
  return { status: 'pass', exitCode: EXIT_CODES.pass, ...common, causes: passed(run) };
}

function byFindings(run: GateInput): readonly Cause[] {
  const { options, results } = run;
  const packages = results.flatMap(({ inventory }) => inventory.packages);
  const isByConditions = options.failOn.length > 0 || options.policy !== undefined;
  return [
    ...(isGate(options) ? maliciousCauses(run) : []),
    ...(isByConditions ? conditionCauses(run) : exitCodeCauses(run)),
    ...forbiddenCauses(run),
    ...minEvidenceCauses(packages, options),
    ...staleIgnoreCauses(run.withoutEffect, options),
  ];
}

/** Returns the reasons of a pass: the conditions without findings, and the allowed gaps. */
function passed({ gaps, options, trust }: GateInput): readonly Cause[] {
  const asked = options.failOn.map((condition) => ({
    rule: ruleOf(condition),
    message: condition.minCount === undefined ? 'no finding meets it' : 'too few findings meet it',
  }));
  if (isExitCodeGate(options)) {
    asked.push({ rule: exitCodeRule(options), message: remainingText([], options) });
  }
  for (const condition of options.forbid ?? []) {
    asked.push({ rule: ruleOf(condition, 'forbid'), message: 'no such package is there' });
  }
  asked.push(...passedEvidenceRules(options), ...passedTrustRules(trust));
  const kinds = new Set(isGate(options) ? gaps.flatMap(({ gap }) => gap ?? []) : []);
  const named = [...kinds].filter((kind) => isNamedAllowed(kind, options));
  if (named.length > 0) {
    const names = named.map((kind) => GAP_NAMES[kind]).sort();
    asked.push({ rule: '--allow-incomplete', message: `gaps let pass: ${names.join(', ')}` });
  }
  if (kinds.size > named.length) {
    const message = isExitCodeGate(options)
      ? 'a system past its end of life is only a warning, as in trivy'
      : 'a system past its end of life says nothing of its content';
    asked.push({
      rule: isExitCodeGate(options) ? exitCodeRule(options) : '--exit-on-eol',
      message,
    });
  }
  return asked.map((cause) => ({ ...cause, findingIds: [] }));
}

function byEndOfLife({ gaps, options }: GateInput): readonly Cause[] {
  if (options.exitOnEol === undefined || options.exitOnEol === 0) return [];
  return gaps
    .filter(({ gap }) => gap === 'endOfLife')
    .map(({ message }) => ({
      rule: `--exit-on-eol ${options.exitOnEol ?? 0}`,
      findingIds: [],
      message,
    }));
}

/** Returns one cause for each kind of gap that is not allowed. */
function byGaps({ gaps, options }: GateInput): readonly Cause[] {
  const byKind = new Map<GapKind, Diagnostic[]>();
  for (const diagnostic of gaps) {
    if (diagnostic.gap === undefined || isAllowed(diagnostic.gap, options)) continue;
    appendTo(byKind, diagnostic.gap, diagnostic);
  }
  return [...byKind].map(([kind, diagnostics]) => ({
    rule: `incomplete/${GAP_NAMES[kind]}`,
    findingIds: [],
    message: summary(diagnostics),
  }));
}

/**
 * End of life is only a warning with `--exit-code` alone, as in trivy, and a cause of its own with
 * `--exit-on-eol`.
 */
function isAllowed(kind: GapKind, options: PolicyOptions): boolean {
  if (isNamedAllowed(kind, options)) return true;
  if (kind !== 'endOfLife') return false;
  const isAsked = options.failOn.length > 0 || options.policy !== undefined;
  return !isAsked || (options.exitOnEol ?? 0) !== 0;
}

function isNamedAllowed(kind: GapKind, { allowIncomplete }: PolicyOptions): boolean {
  return allowIncomplete === 'all' || allowIncomplete.includes(kind);
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const [first, ...more] = diagnostics;
  if (first === undefined) return '';
  const { message, location } = first;
  const isNamed = location === undefined || message.includes(location.path);
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `${isNamed ? '' : `${location.path}: `}${message}${rest}`;
}
