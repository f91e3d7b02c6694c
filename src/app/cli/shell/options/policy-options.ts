/** From flags to what the gate is asked. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { AffectedStatus, Severity } from '../../../../core/model/advisory/advisory.ts';
import type { GapKind } from '../../../../core/model/finding/finding.ts';
import { gapKindsByName } from '../../../../core/model/finding/gap-names.ts';
import type { Origin } from '../../../../core/model/artifact/origin.ts';
import { SEVERITIES } from '../../../../core/model/severity/severity.ts';
import { STATUS_NAMES } from '../../../../core/model/finding/status-names.ts';
import { parseFailOn } from '../../../../scan/policy/fail-on.ts';
import type { FailCondition, PolicyOptions } from '../../../../scan/policy/options.ts';
import type { FlagValues, Session } from '../../commands/command.ts';
import type { SettingSource } from '../../../config/settings.ts';
import type { ExceptionOptions } from '../../../config/exception-files.ts';
import { implicitComments } from '../../../config/implicit-config.ts';
import { readChoices, readExitCode } from '../../../config/values.ts';

const SEVERITY_CHOICES: ReadonlyMap<string, Severity> = new Map(
  SEVERITIES.map((severity) => [severity, severity]),
);

const STATUS_CHOICES: ReadonlyMap<string, AffectedStatus> = new Map(
  Object.entries(STATUS_NAMES).map(([status, name]) => [name, status as AffectedStatus]),
);
/** trivy's; no finding of ours has it, so that it sets nothing aside. */
const STATUS_WITHOUT_FINDINGS = 'unknown';

/**
 * Returns the options of the gate, with the exceptions and statements that count.
 *
 * @param given `hasBaseline`: the command itself has a result that findings are compared with,
 * without `--baseline`
 * @throws AssayError `USAGE` for a bad value
 */
export function readPolicy(
  session: Session,
  exceptions: ExceptionOptions,
  given: { readonly hasBaseline?: boolean } = {},
): PolicyOptions {
  const { flags } = session;
  const severities = readChoices('severity', flags.list('severity'), SEVERITY_CHOICES);
  const statuses = flags
    .list('ignore-status')
    .filter((status) => status.toLowerCase() !== STATUS_WITHOUT_FINDINGS);
  const failOn = readFailOn(session);
  refuseNewWithoutBaseline(session, failOn, given.hasBaseline === true);
  const { policy: named } = session;
  const asksGate = failOn.length > 0 || named !== undefined || flags.text('baseline') !== undefined;
  const exitCode = readExitCodeOf(session, asksGate);
  const exitOnEol = readGateCode(flags, 'exit-on-eol', false);
  const options: PolicyOptions = {
    severities:
      severities.length === 0 ? SEVERITIES : SEVERITIES.filter((one) => severities.includes(one)),
    ignoreUnfixed: flags.isOn('ignore-unfixed'),
    ignoreStatuses: readChoices('ignore-status', statuses, STATUS_CHOICES),
    ...exceptions,
    ...(flags.isOn('fail-on-stale-ignore') && { failOnStaleIgnore: true }),
    failOn,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(exitOnEol === undefined ? {} : { exitOnEol }),
    ...readEvidenceGate(flags),
    ...readOnly(flags),
    ...(flags.isOn('dry-run') && { isDryRun: true }),
    allowIncomplete: readAllowIncomplete(flags),
    ...(named !== undefined && { policy: named.name, forbid: named.forbid }),
    ...(named?.exceptionRules !== undefined && { exceptionRules: named.exceptionRules }),
    ...readInlineComments(session),
    command: session.typed,
  };
  if (named !== undefined) refuseToothless(options, named.name);
  return options;
}

/** Comments in files count where the policy says so, and else as other files that no flag names. */
function readInlineComments({ flags, policy }: Session): Pick<PolicyOptions, 'inlineComments'> {
  const asked = policy?.exceptionRules?.inlineComments;
  if (asked === undefined) return implicitComments(flags);
  return asked === 'none' ? {} : { inlineComments: asked };
}

/** @throws AssayError `USAGE` for the condition `new` with nothing to compare with */
function refuseNewWithoutBaseline(
  { flags }: Session,
  failOn: readonly FailCondition[],
  hasOwn: boolean,
): void {
  if (hasOwn || flags.text('baseline') !== undefined) return;
  if (!failOn.some(({ isNew }) => isNew === true)) return;
  throw new AssayError('USAGE', '--fail-on: "new" needs something to be newer than', {
    hint: 'Name it with --baseline: a report, an image by digest, a bill of materials or a git revision.',
  });
}

function readFailOn({ flags, policy, config }: Session): readonly FailCondition[] {
  switch (flags.from('fail-on')) {
    case 'policy':
      return policy?.failOn ?? [];
    case 'assay.yaml':
    case 'trivy.yaml':
      return config?.failOn ?? [];
    case 'flag':
    case 'ASSAY':
    case 'TRIVY':
    case undefined:
      return flags.all('fail-on').flatMap((text) => parseFailOn(text));
  }
}

/** @throws AssayError `USAGE` for a policy that nothing can fail */
function refuseToothless(options: PolicyOptions, name: string): void {
  const {
    failOn,
    forbid = [],
    minEvidence,
    failOnTamper,
    failOnStaleIgnore,
    exitOnEol = 0,
  } = options;
  const hasTeeth =
    failOn.length > 0 ||
    forbid.length > 0 ||
    minEvidence !== undefined ||
    failOnTamper === true ||
    failOnStaleIgnore === true ||
    exitOnEol !== 0;
  if (hasTeeth) return;
  throw new AssayError('USAGE', `the policy "${name}" fails on nothing`, {
    hint: 'Give it fail-on, forbid, min-evidence, fail-on-tamper, fail-on-stale-ignore or exit-on-eol.',
  });
}

const ORIGINS: ReadonlyMap<string, Origin> = new Map([
  ['app', 'app'],
  ['base', 'base'],
]);

function readOnly(flags: FlagValues): Pick<PolicyOptions, 'only'> {
  const text = flags.text('only');
  const [only] = text === undefined ? [] : readChoices('only', [text], ORIGINS);
  return only === undefined ? {} : { only };
}

const EVIDENCE_CHOICES: ReadonlyMap<string, NonNullable<PolicyOptions['minEvidence']>> = new Map([
  ['claimed', 'claimed'],
  ['consistent', 'consistent'],
  ['verified', 'verified'],
  ['proven', 'proven'],
]);

function readEvidenceGate(flags: FlagValues): Pick<PolicyOptions, 'minEvidence' | 'failOnTamper'> {
  const text = flags.text('min-evidence');
  const [minEvidence] =
    text === undefined ? [] : readChoices('min-evidence', [text], EVIDENCE_CHOICES);
  return {
    ...(minEvidence === undefined ? {} : { minEvidence }),
    ...(flags.isOn('fail-on-tamper') ? { failOnTamper: true } : {}),
  };
}

/** Flags that decide whether a gate fails; `exit-code` only sets the code. */
const CONDITIONS: readonly string[] = ['fail-on', 'policy', 'baseline', 'min-evidence'];
/** From the strongest to the weakest. */
const ORDER: readonly SettingSource[] = [
  ...(['flag', 'ASSAY', 'TRIVY', 'policy', 'assay.yaml', 'trivy.yaml'] as const),
];

/**
 * A code of 0 lets every gate pass, so that one from a weaker place than the gate has no effect,
 * and a warning.
 */
function readExitCodeOf({ flags, context }: Session, asksGate: boolean): number | undefined {
  const code = readGateCode(flags, 'exit-code', asksGate);
  const from = flags.from('exit-code');
  if (code !== 0 || from === undefined) return code;
  const stronger = CONDITIONS.find((name) => {
    const source = flags.from(name);
    // A policy may say that it only reports.
    if (name === 'policy' && from === 'policy') return false;
    return source !== undefined && ORDER.indexOf(source) < ORDER.indexOf(from);
  });
  if (stronger === undefined) return code;
  context.log.warn(
    `${flags.where('exit-code') ?? ''}: exit-code 0 has no effect, because ${flags.where(stronger) ?? ''} asks for a gate`,
  );
  return undefined;
}

/**
 * `--exit-code 0` asks for no gate, as in trivy, unless `--fail-on` asks for one: then it only
 * reports.
 */
function readGateCode(flags: FlagValues, name: string, isGate: boolean): number | undefined {
  const text = flags.text(name);
  if (text === undefined) return undefined;
  const code = readExitCode(name, text);
  return code === 0 && !isGate ? undefined : code;
}

function readAllowIncomplete(flags: FlagValues): readonly GapKind[] | 'all' {
  // The report's own spelling (endOfLife) is taken as well.
  const kinds = flags
    .list('allow-incomplete')
    .map((kind) => kind.replace(/[a-z][A-Z]/gu, ([low, high]) => `${low ?? ''}-${high ?? ''}`));
  if (kinds.includes('all')) return 'all';
  return readChoices('allow-incomplete', kinds, gapKindsByName());
}
