/**
 * Readers of the formats of a report that are JSON: each returns the findings that a document has.
 */

import { decodeReport } from '../../src/core/codec/codec.ts';
import type { Severity } from '../../src/core/model/advisory/advisory.ts';
import type { TrivyDocument } from './trivy-document.ts';
import { totalsIn, rowsOf, type Row, type Totals } from './report-rows.ts';

type Json = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string>>;

/** What a document says about findings. */
export interface ReadReport {
  readonly rows: readonly Row[];
  /** Absent for formats that do not count. */
  readonly totals?: readonly Totals[];
}

export function readJson(text: string): ReadReport {
  return { rows: rowsOf(decodeReport(JSON.parse(text))) };
}

export function readCosignVuln(text: string): ReadReport {
  const { scanner } = JSON.parse(text) as { readonly scanner: { readonly result: Json } };
  return trivyReport(scanner.result);
}

export function readTrivyJson(text: string): ReadReport {
  return trivyReport(JSON.parse(text) as Json);
}

type TrivyResult = TrivyDocument['Results'][number];

interface TrivyArtifact {
  readonly reference: string;
  readonly notShown: Readonly<Record<Severity, number>>;
  readonly findings: readonly Texts[];
}

/** Status that trivy gives what an exception set aside. */
const asideStatus = (by: string): string => (by === 'vex' ? 'not_affected' : 'ignored');

/** A package is listed for each of its places, and the id of a finding marks its rows. */
function trivyReport({ Results: results, Assay: own }: Json): ReadReport {
  const { artifacts } = own as { readonly artifacts: readonly TrivyArtifact[] };
  const rows = new Map<string, Row>();
  const namesById = new Map<string, string>();
  // Findings of rules are among those under the key `Assay` too.
  const isOfPackages = ({ Class: name }: TrivyResult): boolean => name.endsWith('-pkgs');
  for (const result of (results as readonly TrivyResult[]).filter(isOfPackages)) {
    const target = result.Target;
    const artifact =
      artifacts.find(({ reference }) => artifacts.length === 1 || target.startsWith(reference))
        ?.reference ?? target;
    for (const { Name: name, Identifier: identifier } of result.Packages) {
      namesById.set((identifier as Texts)['PURL'] ?? '', String(name));
    }
    const add = (row: Json, aside: string): void => {
      const { id = '', isNew, decides } = row['Assay'] as Json & { readonly id?: string };
      rows.set(`${artifact} ${id}`, {
        ...{ artifact, isNew: isNew === true, decides: decides === true },
        id: String(row['VulnerabilityID']),
        subject: String(row['PkgName']),
        version: String(row['InstalledVersion']),
        severity: String(row['Severity']).toLowerCase(),
        aside,
      });
    };
    for (const row of result.Vulnerabilities ?? []) add(row, '');
    for (const row of result.ExperimentalModifiedFindings ?? []) {
      const { by = '' } = row['Assay'] as Texts;
      add(row['Finding'] as Json, row['Status'] === asideStatus(by) ? by : String(row['Status']));
    }
  }
  const others = artifacts.flatMap(({ reference, findings }) =>
    findings.map((one): Row => {
      const { kind, contradiction = '', rule = '', path = '', packageId = '' } = one;
      return {
        artifact: reference,
        id: kind === 'rule' ? rule : `contradiction/${contradiction}`,
        subject: namesById.get(packageId) ?? path.slice(1),
        version: '',
        severity: one['severity'] ?? '',
        aside: one['suppressedBy'] ?? '',
      };
    }),
  );
  return { rows: [...rows.values(), ...others] };
}

interface Affects {
  readonly ref: string;
  readonly versions: readonly Texts[];
}

export function readCyclonedx(text: string): ReadReport {
  const { components, vulnerabilities } = JSON.parse(text) as Readonly<Record<string, Json[]>>;
  const names = new Map(components?.map((one) => [one['bom-ref'], String(one['name'])]));
  const rows = (vulnerabilities ?? []).flatMap((one) => {
    const [rating] = one['ratings'] as readonly Texts[];
    const properties = one['properties'] as readonly Texts[];
    const by = properties.find(({ name }) => name === 'assay:suppressedBy')?.['value'] ?? '';
    const isDenied = (one['analysis'] as Texts | undefined)?.['state'] === 'not_affected';
    return (one['affects'] as readonly Affects[]).flatMap(({ ref, versions }) =>
      versions.map(({ version = '' }): Row => {
        return {
          artifact: '',
          id: String(one['id']),
          subject: names.get(ref) ?? ref,
          version,
          severity: rating?.['severity'] ?? '',
          aside: isDenied === (by === 'vex') ? by : `${by}, and not its analysis`,
        };
      }),
    );
  });
  return { rows };
}

interface SarifRun {
  readonly properties: { readonly reference: string };
  readonly invocations: readonly [
    {
      readonly toolExecutionNotifications: readonly {
        readonly message: { readonly text: string };
      }[];
    },
  ];
  readonly results: readonly {
    readonly ruleId: string;
    readonly baselineState?: string;
    readonly suppressions?: readonly { readonly properties: { readonly by: string } }[];
    readonly locations: readonly {
      readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
    }[];
    readonly properties: Texts;
  }[];
}

/** Code scanning knows four levels; the severity itself is a property. */
export function readSarif(text: string): ReadReport {
  const { runs } = JSON.parse(text) as { readonly runs: readonly SarifRun[] };
  const rows = runs.flatMap(({ properties: { reference }, results }) =>
    results.map(({ ruleId, baselineState, suppressions, locations, properties }): Row => {
      const uri = locations[0]?.physicalLocation.artifactLocation.uri ?? '';
      const { package: name, installed = '', severity = '' } = properties;
      return {
        artifact: reference,
        id: ruleId,
        // Files of a directory are named from the directory that the command was started in.
        subject: name ?? uri.replace(`${reference}/`, ''),
        version: installed,
        severity,
        aside: suppressions?.[0]?.properties.by ?? '',
        isNew: baselineState === 'new',
      };
    }),
  );
  return { rows };
}

interface GitlabReport {
  readonly scan: { readonly type: string; readonly messages: readonly Texts[] };
  readonly vulnerabilities: readonly {
    readonly severity: string;
    readonly identifiers: readonly [{ readonly value: string }];
    readonly location: {
      readonly dependency: {
        readonly package: { readonly name: string };
        readonly version: string;
      };
    };
  }[];
}

/** Names of findings that are no vulnerabilities. */
const NOT_VULNERABLE = /^(?:contradiction|secret)\//u;
const MESSAGE = /^(?<artifact>[^:]*): (?<text>(?:Set aside|Not shown).*)$/u;

/**
 * A report of a directory has no name of the artifact, and of an image the name with tag or digest.
 */

interface CodeQualityIssue {
  readonly check_name: string;
  readonly description: string;
  readonly severity: string;
}

const CODE_QUALITY: Readonly<Record<string, string>> = {
  ...{ info: 'unknown', minor: 'low', major: 'medium', critical: 'high', blocker: 'critical' },
};

/**
 * Issues have the subject in words: `openssl 1.1.1a-r0: CVE-2019-1543: …`, `usr/bin/openssl: …`.
 */
export function readGitlabCodequality(text: string): ReadReport {
  const issues = JSON.parse(text) as readonly CodeQualityIssue[];
  const rows = issues.map(({ check_name: id, description, severity }): Row => {
    const [subject = ''] = description.split(/: | /u, 1);
    return {
      ...{ artifact: '', id, subject, version: '', aside: '' },
      severity: CODE_QUALITY[severity] ?? severity,
    };
  });
  return { rows, totals: [] };
}

export function readGitlab(text: string): ReadReport {
  const { scan, vulnerabilities } = JSON.parse(text) as GitlabReport;
  const rows = vulnerabilities.map(({ severity, identifiers: [first], location }): Row => {
    const { dependency } = location;
    const isVulnerability = !NOT_VULNERABLE.test(first.value);
    return {
      artifact: '',
      id: first.value,
      // A finding about a file has the path in place of a name.
      subject: dependency.package.name,
      version: isVulnerability ? dependency.version : '',
      severity: severity.toLowerCase(),
      aside: '',
    };
  });
  const lines = new Map<string, string>();
  for (const { value = '' } of scan.messages) {
    const { artifact = '', text: line = '' } = MESSAGE.exec(value)?.groups ?? {};
    lines.set(artifact, `${lines.get(artifact) ?? ''}${line}\n`);
  }
  lines.delete('');
  return { rows, totals: [...lines].map(([name, all]) => totalsIn(name, all)) };
}
