/**
 * Answers `npm audit` from the advisories of this registry. Nothing is sent anywhere else.
 *
 * Source: npm documentation, "npm-audit", "Bulk Advisory Endpoint": the client sends versions by
 * name, and gets advisories by name.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import { isJsonArray, readJson, type JsonObject } from '../../../formats/text/json/json.ts';
import type { AdvisoryReader } from '../../../core/model/advisory/advisory.ts';
import {
  headerText,
  jsonAnswer,
  refusal,
  type RegistryAnswer,
  type RegistryRequest,
} from '../../answer.ts';
import {
  advisoriesOn,
  type AdvisedPackages,
  type NpmAdvisory,
  type WantedVersions,
} from './advise.ts';
import { readAuditTree, treeReport } from './tree.ts';

/** A lockfile of 20,000 packages takes some 1 MB in the newer form, and 5 MB in the older one. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const MAX_VERSIONS = 100_000;

/** Answers an audit in the newer form (`audit-bulk`) or the older one (`audit-tree`). */
export async function answerAudit(
  kind: 'audit-bulk' | 'audit-tree',
  request: RegistryRequest,
  reader: AdvisoryReader,
): Promise<RegistryAnswer> {
  if (reader.coverage({ ecosystem: 'npm' }).length === 0) {
    return refusal(
      503,
      'this registry has no advisory data for npm; load it there: assay db update',
    );
  }
  try {
    const body = readJson('the body', await request.body(MAX_BODY_BYTES));
    if (kind === 'audit-bulk') {
      const found = await advisoriesOn(readVersions(body), reader);
      return answerOf(bulkReport(found.advisories), found);
    }
    const tree = readAuditTree(body);
    const found = await advisoriesOn(tree.wanted, reader);
    return answerOf(treeReport(tree, found.advisories), found);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    return refusal(error.code === 'LIMIT_EXCEEDED' ? 413 : 400, error.message);
  }
}

/** @throws AssayError `USAGE`, `LIMIT_EXCEEDED` */
function readVersions(body: JsonObject): WantedVersions {
  let count = 0;
  return new Map(
    Object.entries(body).map(([name, list]) => {
      const versions = isJsonArray(list) ? list : [];
      count += versions.length;
      if (count > MAX_VERSIONS) {
        throw new AssayError(
          'LIMIT_EXCEEDED',
          `the request has more than ${MAX_VERSIONS} versions`,
        );
      }
      if (!isJsonArray(list) || versions.some((one) => typeof one !== 'string')) {
        throw new AssayError(
          'USAGE',
          `the versions of "${name.slice(0, 100)}" are no list of texts`,
        );
      }
      return [name, new Set(versions.map(String))] as const;
    }),
  );
}

function bulkReport(advisories: readonly NpmAdvisory[]): object {
  const rows = new Map<string, object[]>();
  for (const one of advisories) {
    const { id, url, title, severity, vulnerableVersions, cwe, cvss } = one;
    const row = { id, url, title, severity, vulnerable_versions: vulnerableVersions, cwe, cvss };
    rows.set(one.package, [...(rows.get(one.package) ?? []), row]);
  }
  return Object.fromEntries(rows);
}

/** What cannot be compared is said, since the answer has no place for it. */
function answerOf(report: object, { uncertain }: AdvisedPackages): RegistryAnswer {
  const [first] = uncertain;
  if (first === undefined) return jsonAnswer(200, report);
  const count = pluralize(uncertain.length, 'version');
  const notice = headerText(`${count} cannot be compared with advisories: ${first}`);
  return jsonAnswer(200, report, {
    headers: { 'npm-notice': notice, 'cache-control': 'no-store' },
  });
}
