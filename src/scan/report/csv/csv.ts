/**
 * CSV (RFC 4180) with a header: a row for each finding, also for those that were set aside, and for
 * each gap.
 */

import { cacheResults } from '../../../core/base/cache-results.ts';
import type { Advisory } from '../../../core/model/advisory/advisory.ts';
import type { Finding } from '../../../core/model/finding/finding.ts';
import { GAP_NAMES } from '../../../core/model/finding/gap-names.ts';
import { isMalicious } from '../../../core/model/advisory/malicious.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import { STATUS_NAMES } from '../../../core/model/finding/status-names.ts';
import { platformText } from '../findings/artifact-identity.ts';
import { csvCell as cell, csvCells as joined } from './csv-cell.ts';
import { findingTitle } from '../findings/finding-text.ts';
import {
  actionFilter,
  findingName,
  findingPlaces,
  findingVersion,
  fixedVersions,
  listedFindings,
  type ListedFinding,
} from '../findings/listed-findings.ts';
import type { Reporter, RuleField } from '../reporter.ts';
import { ruleFieldTexts } from '../findings/rule-facts.ts';
import { pinnedReference, reasonText, suppressionSourceText } from '../table/table-sections.ts';
import { titleOf } from '../findings/vulnerability-title.ts';
import { textPieces } from '../text/text-pieces.ts';

export const csv: Reporter = {
  id: 'csv',
  mediaType: 'text/csv',
  purpose: 'fills spreadsheets: a row for each finding and each gap',
  findings: {
    listed: 'all',
    vulnerabilities: 'all',
    others: 'all',
    setAside: 'columns `setAsideBy` and `reason`',
  },
  render: (report) => textPieces(lines(report)),
};

/** In this order. New columns are added at the end. */
const COLUMNS = [
  ...[
    'artifact',
    'digest',
    'platform',
    'kind',
    'severity',
    'id',
    'aliases',
    'ecosystem',
    'package',
  ],
  ...['installed', 'fixed', 'status', 'evidence', 'path', 'line', 'layer', 'title', 'severityBy'],
  ...['exploited', 'epss', 'setAsideBy', 'reason', 'decides', 'new', 'purl', 'findingId', 'cwe'],
  ...['category', 'message', 'range', 'excerpt', 'remedy', 'help', 'tool', 'confidence'],
  ...['instruction', 'deletedIn', 'steps', 'fix', 'comments', 'fingerprint'],
];

/** The fields of rule findings that have a column of their own, in the order of the columns. */
const RULE_COLUMNS: readonly RuleField[] = [
  ...(['category', 'message', 'range', 'excerpt', 'remedy', 'helpUri', 'tool'] as const),
  ...(['confidence', 'instruction', 'whitedOutIn', 'steps', 'fix', 'comments'] as const),
  'fingerprint',
];
const NO_RULE = ','.repeat(RULE_COLUMNS.length - 1);

function* lines(report: Report): Generator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  const decides = report.verdict.status === 'notAsked' ? () => false : actionFilter(report);
  const newIds = report.baseline && new Set(report.baseline.newIds);
  const ofAdvisory = cacheResults(advisoryCells);
  for (const result of report.results) {
    const { artifact } = result;
    const digest = pinnedReference(artifact) ?? artifact.image?.configDigest;
    const head = joined(artifact.reference, digest, platformText(artifact));
    const ofPackage = cacheResults(packageCells);
    for (const listed of listedFindings(result, report)()) {
      const isDeciding = decides(listed) ? 'yes' : 'no';
      const isNew = newIds && (newIds.has(listed.finding.id) ? 'yes' : 'no');
      const texts = {
        package: listed.pkg === undefined ? NO_PACKAGE : ofPackage(listed.pkg),
        advisory: listed.advisory === undefined ? NO_ADVISORY : ofAdvisory(listed.advisory),
      };
      const { finding } = listed;
      const ofRule = finding.kind === 'rule' ? ruleCells(finding, artifact) : NO_RULE;
      const own = `${cell(finding.id)},${weaknesses(finding, texts.advisory)},${ofRule}`;
      yield `${head},${findingCells(listed, texts)},${isDeciding},${isNew ?? ''},${texts.package.purl},${own}\r\n`;
    }
    for (const cells of gapCells(result)) yield `${head},${cells}\r\n`;
  }
}

/** Cells that findings share, as text with the commas between them. */
interface PackageCells {
  /** Ecosystem and name. */
  readonly name: string;
  /** Evidence, path, line and layer. */
  readonly place: string;
  readonly purl: string;
}

interface AdvisoryCells {
  readonly aliases: string;
  readonly title: string;
  /** Since when it is exploited, and its score of EPSS. */
  readonly threat: string;
  readonly cwes: string;
}

const NO_PACKAGE: PackageCells = { name: ',', place: ',,,', purl: '' };
const NO_ADVISORY: AdvisoryCells = { aliases: '', title: '', threat: ',', cwes: '' };

function packageCells({ ecosystem, name, evidence, locations, id }: Package): PackageCells {
  const [place] = locations;
  return {
    name: joined(ecosystem, name),
    place: joined(evidence.level, place.path, place.line, place.layer + 1),
    purl: cell(id),
  };
}

function advisoryCells(advisory: Advisory): AdvisoryCells {
  return {
    aliases: cell(advisory.aliases.join(' ')),
    title: cell(titleOf(advisory)),
    threat: joined(advisory.exploited?.since, advisory.epss),
    cwes: cell(advisory.cwes.join(' ')),
  };
}

function weaknesses(finding: Finding, { cwes }: AdvisoryCells): string {
  if (finding.kind !== 'rule') return cwes;
  return cell(finding.cwe.map((number) => `CWE-${number}`).join(' '));
}

/** Returns the cells of a rule finding; values of a field are separated by bars. */
function ruleCells(finding: RuleFinding, artifact: Artifact): string {
  return RULE_COLUMNS.map((field) =>
    cell(ruleFieldTexts(field, { finding, artifact }).join(' | ')),
  ).join(',');
}

interface SharedCells {
  readonly package: PackageCells;
  readonly advisory: AdvisoryCells;
}

/** Returns the cells from the kind to the reason. */
function findingCells(listed: ListedFinding, shared: SharedCells): string {
  const { finding, suppressed } = listed;
  const isVulnerability = finding.kind === 'vulnerability';
  const kind = finding.kind === 'integrity' ? 'contradiction' : finding.kind;
  const reason = joined(
    suppressed && suppressionSourceText(suppressed.by),
    suppressed && reasonText(suppressed),
  );
  const [place] = findingPlaces(listed);
  const where = isVulnerability
    ? shared.package.place
    : joined(listed.pkg?.evidence.level, place?.path, place?.line, place && place.layer + 1);
  const { title, threat } = shared.advisory;
  const isRule = finding.kind === 'rule';
  const aliases = isRule ? cell(finding.aliases.join(' ')) : shared.advisory.aliases;
  const ownTitle = isRule ? finding.title : findingTitle(listed);
  // That of a malicious package begins with a mark.
  const hasOwnTitle = !isVulnerability || isMalicious(finding);
  return [
    kind,
    finding.severity,
    cell(findingName(finding)),
    aliases,
    shared.package.name,
    cell(findingVersion(listed)),
    cell(fixedVersions(finding).join(' ')),
    isVulnerability ? STATUS_NAMES[finding.status] : '',
    where,
    hasOwnTitle ? cell(ownTitle) : title,
    isVulnerability ? cell(finding.severityBy) : '',
    threat,
    reason,
  ].join(',');
}

/** Yields the cells from the kind to the last column. */
function* gapCells({ diagnostics }: ArtifactResult): Generator<string> {
  for (const { gap, message, location } of diagnostics) {
    if (gap === undefined) continue;
    const id = joined('gap', undefined, GAP_NAMES[gap]);
    const where = joined(location?.path, location?.line, location && location.layer + 1);
    // Between them: aliases to evidence; behind them: the columns after the title.
    yield `${id},,,,,,,,${where},${cell(message)},,,,,,,,,,,${NO_RULE}`;
  }
}
