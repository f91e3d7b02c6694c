/** `assay explain`: why a finding is one. */

import type { LookupBase } from '../../../../advisories/store/lookup.ts';
import { listRules, requireRules, rulesNamed } from '../../../../tasks/audit/list-rules.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { indexBy } from '../../../../core/base/maps.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import type { CommandModule, Session } from '../command.ts';
import { readStoredReport } from '../../../../scan/pipeline/reports/stored-report.ts';
import { explainFromBase } from '../../../../tasks/explain/explain-base.ts';
import { explainReportFinding, findingsIn } from '../../../../tasks/explain/explain-report.ts';
import {
  explainRule,
  explainRulePlaces,
  ruleExplanationData,
  rulePlacesIn,
  type RuleExplanation,
} from '../../../../tasks/explain/explain-rule.ts';
import { explanationLines } from '../../../../tasks/explain/explain-text.ts';
import type { Explanation } from '../../../../tasks/explain/explanation.ts';
import { ruleExplanationLines } from '../../../../tasks/explain/rule-lines.ts';
import { VULNERABLE_ACTIONS } from '../../../../core/model/advisory/group-names.ts';
import { gatherRecords } from '../../../../tasks/explain/vulnerability-records.ts';
import {
  readPackageSpec,
  SPEC_HINT,
  type PackageSpec,
} from '../../../../tasks/explain/package-spec.ts';
import {
  checkAdvisoryId,
  feedsText,
  openLoadedBase,
  openStoredBase,
  readEcosystem,
  textOf,
  textLayout,
} from './lookup-session.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { ECOSYSTEM_FLAG, RELEASE_FLAG } from './flags.ts';

/** The most findings that one answer explains; the rest is counted. */
const MAX_EXPLAINED = 20;
export const explain: CommandModule = {
  usage: 'FINDING | RULE | ADVISORY PACKAGE@VERSION',
  description:
    'Explains why a finding matched: the records, the ranges, each comparison, the package and where it came from, the evidence, the source of the severity, and what clears it. For a rule, it prints why the rule matters, where the reports have findings of it, which exception sets each aside, and what to do. With --report, FINDING is the id of a finding in these JSON reports or its beginning, the fingerprint of a finding of a rule, the id or an alias of a rule, or the id of an advisory, with a package where several have it. Without, name a rule, or an advisory and a package with its version, or its package URL; corrections of advisories.override.json are applied. The exit code is 3 if there is no such finding.',
  flags: [
    {
      name: 'report',
      value: 'FILE',
      group: 'Target',
      help: 'read the finding from this JSON report, as -o json=FILE writes it; repeatable',
    },
    ECOSYSTEM_FLAG,
    RELEASE_FLAG,
    FORMAT_FLAG,
  ],
  examples: [
    {
      command: 'assay explain CVE-2021-44906 minimist --report report.json',
      purpose: 'a finding of a report',
    },
    {
      command: 'assay explain DL3002 --report audit.json',
      purpose: 'findings of a rule: why, where, and what sets them aside',
    },
    {
      command: 'assay explain CVE-2021-44906 pkg:npm/minimist@1.2.5',
      purpose: 'would this package be affected?',
    },
    {
      command: 'assay explain CVE-2024-5535 openssl@3.0.14-1 --ecosystem debian --release 12',
      purpose: 'the same for a package of a distribution, by its source package',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const [asked, packageText, ...more] = session.args;
    if (asked === undefined || more.length > 0) {
      const problem = asked === undefined ? 'no finding named' : 'too many arguments';
      throw new AssayError('USAGE', problem, { hint: USAGE_HINT });
    }
    const spec = packageText === undefined ? undefined : readSpec(session, packageText);
    const files = session.flags.list('report');
    const { explanations, rules } =
      files.length === 0
        ? await withoutReport(session, asked, spec)
        : await fromReports(session, { asked, spec, files });
    const shown = explanations.slice(0, MAX_EXPLAINED);
    const rest = explanations.length - shown.length;
    const view = textLayout(session);
    const texts = [
      ...shown.map((one) => explanationLines(one, view)),
      ...rules.map((one) => ruleExplanationLines(one, view)),
    ];
    return writeResult(session, format, {
      data: {
        ...{ schemaVersion: 1, asked, explanations: shown, notShown: rest },
        ...(rules.length > 0 && { rules: rules.map(ruleExplanationData) }),
      },
      text: textOf([
        ...texts.flatMap((lines, index) => [...(index === 0 ? [] : ['', '']), ...lines]),
        ...(rest > 0 ? ['', `and ${rest} more; name a package to see one`] : []),
      ]),
    });
  },
};

interface Answers {
  readonly explanations: readonly Explanation[];
  readonly rules: readonly RuleExplanation[];
}

const USAGE_HINT =
  'Of a report: assay explain ID --report report.json. Without one: assay explain CVE-2021-44906 minimist@1.2.5, or a rule: assay explain DL3002';

const ACTIONS_HINT = `${VULNERABLE_ACTIONS} names the vulnerabilities of GitHub Actions, which assay fs and assay repo find: assay fs . -o json=report.json, then assay explain ${VULNERABLE_ACTIONS} --report report.json`;

function readSpec(session: Session, text: string): PackageSpec {
  const ecosystem = readEcosystem(session);
  const release = session.flags.text('release');
  return {
    ...readPackageSpec(text),
    ...(ecosystem === undefined ? {} : { ecosystem }),
    ...(release === undefined ? {} : { release }),
  };
}

/** Findings of vulnerabilities come before those of rules. A package is in no finding of a rule. */
async function fromReports(
  session: Session,
  {
    asked,
    spec,
    files,
  }: { asked: string; spec: PackageSpec | undefined; files: readonly string[] },
): Promise<Answers> {
  const reports = [];
  for (const file of files) reports.push(await readStoredReport(session, file));
  const places = reports.flatMap((report) => findingsIn(report, asked, spec));
  const ofRules = spec === undefined ? reports.flatMap((one) => rulePlacesIn(one, asked)) : [];
  if (places.length === 0 && ofRules.length === 0) {
    const what = spec === undefined ? `"${asked}"` : `"${asked}" in "${spec.text}"`;
    const [file = ''] = files;
    const where = files.length === 1 ? `"${file}" has` : `the ${files.length} reports have`;
    throw new AssayError('NOT_FOUND', `${where} no finding ${what}`, {
      hint: 'Ids of findings, advisories, rules and packages stand in the report. A report that was filtered by --severity has not all.',
    });
  }
  const now = session.context.now();
  return {
    explanations: places.length === 0 ? [] : await explained(session, places, now),
    rules: ofRules.length === 0 ? [] : explainRulePlaces(ofRules, await ruleTexts(), now),
  };
}

async function explained(
  session: Session,
  places: ReturnType<typeof findingsIn>,
  now: number,
): Promise<readonly Explanation[]> {
  using base = await openIfLoaded(session);
  const loaded = base?.sets.length === 0 ? undefined : base;
  return places.flatMap((place) => explainReportFinding(place, loaded, now) ?? []);
}

async function ruleTexts(): Promise<Parameters<typeof explainRulePlaces>[1]> {
  const all = indexBy(await listRules(), 'id');
  return (id) => all.get(id as `${string}/${string}`);
}

/**
 * A rule needs no package; what is no rule is an advisory. Ids of rules have a slash, and those of
 * advisories have none.
 */
async function withoutReport(
  session: Session,
  asked: string,
  spec: PackageSpec | undefined,
): Promise<Answers> {
  if (spec === undefined) {
    const rules = await listRules();
    const named = asked.includes('/')
      ? requireRules(rules, asked, 'explain')
      : rulesNamed(rules, asked);
    if (named.length > 0) return { explanations: [], rules: named.map(explainRule) };
  }
  return { explanations: await fromBase(session, asked, spec), rules: [] };
}

/**
 * The report is enough; loaded data only adds who says so, and damaged data must not stand in the
 * way.
 */
async function openIfLoaded(session: Session): Promise<LookupBase | undefined> {
  try {
    return await openStoredBase(session);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    session.context.log.warn(error.message);
    return undefined;
  }
}

async function fromBase(
  session: Session,
  asked: string,
  spec: PackageSpec | undefined,
): Promise<readonly Explanation[]> {
  const version = spec?.version;
  if (spec === undefined || version === undefined) {
    const problem = spec === undefined ? 'no package named' : `"${spec.text}" has no version`;
    const hint =
      asked.toLowerCase() === VULNERABLE_ACTIONS ? ACTIONS_HINT : `${SPEC_HINT}\n${USAGE_HINT}`;
    throw new AssayError('USAGE', problem, { hint });
  }
  checkAdvisoryId(asked);
  using base = await openLoadedBase(session);
  const explanations = explainFromBase(base, { id: asked, spec, version }, session.context.now());
  if (explanations.length > 0) return explanations;
  const isKnown = gatherRecords(base, asked).length > 0;
  throw new AssayError(
    'NOT_FOUND',
    isKnown
      ? `"${asked}" names no package "${spec.text}" in what is loaded`
      : `no loaded feed knows "${asked}"`,
    {
      hint: isKnown
        ? `What it names: assay cve ${asked}. Packages of distributions are named by their source package.`
        : `Asked: ${feedsText(base)}. Load more: assay db update`,
    },
  );
}
