/** `assay db search`: the advisories of a package, and which of them affect a version. */

import type { LookupBase } from '../../../../advisories/store/lookup.ts';
import { compareNatural } from '../../../../core/base/compare-natural.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { pluralize } from '../../../../core/base/pluralize.ts';
import { cvesOf } from '../../../../scan/match/aliases.ts';
import { checkVersion, schemeOf, type VersionCheck } from '../../../../scan/match/explain.ts';
import { entriesFor } from '../../../../scan/match/evaluate-advisory.ts';
import { chooseSeverity } from '../../../../scan/match/choose-severity.ts';
import type {
  Advisory,
  AdvisoryNeed,
  Affected,
  Severity,
} from '../../../../core/model/advisory/advisory.ts';
import { severityRank } from '../../../../core/model/severity/severity.ts';
import { STATUS_NAMES } from '../../../../core/model/finding/status-names.ts';
import { titleOf } from '../../../../scan/report/findings/vulnerability-title.ts';
import { terminalText } from '../../../../scan/report/text/terminal-text.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { formatColumns } from '../../../../scan/report/text/plain-columns.ts';
import type { CommandModule, Session } from '../command.ts';
import {
  readPackageSpec,
  SPEC_HINT,
  type PackageSpec,
} from '../../../../tasks/explain/package-spec.ts';
import { feedsText, openLoadedBase, readEcosystem } from '../lookup/lookup-session.ts';
import { affectedText, ecosystemText } from '../../../../tasks/explain/view-texts.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { ECOSYSTEM_FLAG, RELEASE_FLAG } from '../lookup/flags.ts';

export const dbSearch: CommandModule = {
  usage: '--package NAME[@VERSION]',
  description:
    'Lists the advisories of a package as scans use them, with the corrections of advisories.override.json (but without the records of --advisories); with a version, whether each affects it. Packages of distributions are named by their source package: openssl, not libssl3. Ends with 3 where no loaded advisory names the package.',
  flags: [
    {
      name: 'package',
      value: 'PACKAGE',
      group: 'Target',
      help: 'show this package: NAME, NAME@VERSION or a package URL',
    },
    ECOSYSTEM_FLAG,
    RELEASE_FLAG,
    FORMAT_FLAG,
  ],
  examples: [
    {
      command: 'assay db search --package minimist@1.2.5',
      purpose: 'which advisories affect this version',
    },
    {
      command: 'assay db search --package openssl --ecosystem debian --release 12',
      purpose: 'all that is known of a package of a distribution',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const spec = readSpec(session);
    using base = await openLoadedBase(session);
    const needs = base.needs.filter(
      ({ ecosystem, release }) =>
        (spec.ecosystem ?? ecosystem) === ecosystem && (spec.release ?? release) === release,
    );
    const rows = needs.flatMap((need) =>
      spec.names.flatMap((name) => rowsOf(base, { need, name }, spec)),
    );
    if (rows.length === 0) throw nothing(base, spec, needs);
    const { names, version } = spec;
    const asked = { package: names[0], ...(version === undefined ? {} : { version }) };
    return await writeResult(session, format, {
      data: { schemaVersion: 1, ...asked, advisories: rows },
      text: tableOf(rows, version),
    });
  },
};

function readSpec(session: Session): PackageSpec {
  const named = [...session.flags.all('package'), ...session.args];
  const [text] = named;
  if (text === undefined || named.length > 1) {
    const problem = text === undefined ? 'no package named' : 'more than one package named';
    throw new AssayError('USAGE', problem, { hint: SPEC_HINT });
  }
  const ecosystem = readEcosystem(session);
  const release = session.flags.text('release');
  return {
    ...readPackageSpec(text),
    ...(ecosystem === undefined ? {} : { ecosystem }),
    ...(release === undefined ? {} : { release }),
  };
}

function nothing(
  base: LookupBase,
  { text, ecosystem, release }: PackageSpec,
  needs: readonly AdvisoryNeed[],
): AssayError {
  if (needs.length === 0 && ecosystem !== undefined) {
    return new AssayError(
      'NOT_FOUND',
      `nothing is loaded for ${ecosystemText(ecosystem, release)}`,
      {
        hint: 'What is loaded: assay db status. Load more: assay db update',
      },
    );
  }
  return new AssayError('NOT_FOUND', `no loaded advisory names "${text}"`, {
    hint: `Asked: ${feedsText(base)}. Packages of distributions are named by their source package.`,
  });
}

interface Row {
  /** The CVE where there is one, else the record's own id. */
  readonly id: string;
  readonly record: string;
  readonly feed: string;
  readonly ecosystem: Affected['ecosystem'];
  readonly release?: string;
  readonly name: string;
  readonly severity: Severity;
  readonly severityBy: string;
  readonly title: string;
  readonly statuses: readonly Affected['status'][];
  readonly ranges: Affected['ranges'];
  readonly versions: readonly string[];
  readonly fixed: readonly string[];
  readonly withdrawnAt?: string;
  /** With a version: whether it is affected; absent if that cannot be decided. */
  readonly isAffected?: boolean;
}

function rowsOf(
  base: LookupBase,
  { need, name }: { readonly need: AdvisoryNeed; readonly name: string },
  { version }: PackageSpec,
): readonly Row[] {
  return [...base.reader.byPackage(need, name)]
    .map((record) => rowOf(record, { need, name, version }))
    .sort(byAffectedAndWorst);
}

function rowOf(
  record: Advisory,
  { need, name, version }: { need: AdvisoryNeed; name: string; version: string | undefined },
): Row {
  const lookup = { need, name, versions: [{ shown: '', compared: '' }], matchedBy: '' } as const;
  const entries = entriesFor(record, lookup);
  const chosen = chooseSeverity([{ record, entries }], record, []);
  const check = version === undefined ? undefined : checkVersion(schemeOf(need), version, entries);
  const isAffected = record.withdrawnAt === undefined ? check?.isAffected : false;
  return {
    id: cvesOf(record)[0] ?? record.id,
    record: record.id,
    feed: record.feed,
    ...need,
    name,
    severity: chosen.severity,
    severityBy: chosen.by,
    title: titleOf(record),
    statuses: [...new Set(entries.map(({ status }) => status))],
    ranges: entries.flatMap(({ ranges }) => ranges),
    versions: entries.flatMap(({ versions }) => versions),
    fixed: [
      ...new Set(entries.flatMap(({ ranges }) => ranges.flatMap(({ fixed }) => fixed ?? []))),
    ],
    ...(record.withdrawnAt === undefined ? {} : { withdrawnAt: record.withdrawnAt }),
    ...answer(check, isAffected),
  };
}

function answer(
  check: VersionCheck | undefined,
  isAffected: boolean | undefined,
): Pick<Row, 'isAffected'> {
  return check === undefined || isAffected === undefined ? {} : { isAffected };
}

function byAffectedAndWorst(a: Row, b: Row): number {
  return (
    Number(b.isAffected ?? 0.5) - Number(a.isAffected ?? 0.5) ||
    severityRank(b.severity) - severityRank(a.severity) ||
    compareNatural(b.id, a.id)
  );
}

function tableOf(rows: readonly Row[], version: string | undefined): string {
  const head = ['WHERE', 'PACKAGE', 'ID', 'RECORD', 'SEVERITY', 'VERSIONS', 'FIXED', 'TITLE'];
  const table = formatColumns([
    version === undefined ? head : ['AFFECTED', ...head],
    ...rows.map((row) => [
      ...(version === undefined ? [] : [affectedWord(row)]),
      ecosystemText(row.ecosystem, row.release),
      terminalText(row.name, 60),
      terminalText(row.id),
      terminalText(row.record),
      row.severity.toUpperCase(),
      terminalText(versionsText(row), 80),
      terminalText(row.fixed.join(', '), 60),
      terminalText(row.title, 80),
    ]),
  ]);
  if (version === undefined) return `${table}\n${countText(rows.length)}\n`;
  const affecting = rows.filter(({ isAffected }) => isAffected === true).length;
  return `${table}\n${countText(rows.length)}, of which ${affecting} affect${affecting === 1 ? 's' : ''} ${terminalText(version, 60)}.\n`;
}

function versionsText({ statuses, ranges, versions, withdrawnAt }: Row): string {
  if (withdrawnAt !== undefined) return `(withdrawn ${withdrawnAt.slice(0, 10)})`;
  const words = statuses.filter((status) => status !== 'affected' && status !== 'fixed');
  const text = affectedText(ranges, versions);
  return [text, ...words.map((status) => `(${STATUS_NAMES[status]})`)].join(' ').trim();
}

function affectedWord({ isAffected }: Row): string {
  return isAffected === undefined ? 'cannot tell' : isAffected ? 'yes' : 'no';
}

function countText(count: number): string {
  return pluralize(count, 'advisory', 'advisories');
}
