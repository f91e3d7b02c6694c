/**
 * Lists what a registry has served that has got an advisory since. The log of the registry has each
 * download with the advisories that were known then; those that are known now come from the
 * advisory data.
 */

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { compareText } from '../core/base/compare.ts';
import type { Context } from '../core/base/context.ts';
import { isMissing } from '../core/base/exists.ts';
import { appendTo } from '../core/base/maps.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
} from '../formats/text/json/json.ts';
import type { AdvisoryReader } from '../core/model/advisory/advisory.ts';
import type { VersionAdvisory } from '../scan/policy/decide-version.ts';
import { judgeVersions } from './judge.ts';
import { LOG_NAME, OLD_LOG_NAME } from './registry-log.ts';
import type { ServedEcosystem } from './settings.ts';

/** Who got a version. */
export interface ReportedClient {
  /** The name of its token. Absent: it had none. */
  readonly token?: string;
  readonly address: string;
  readonly downloadCount: number;
  /** ISO 8601, UTC. */
  readonly firstAt: string;
  readonly lastAt: string;
}

/** A version that was served before one of its advisories was known. */
export interface ReportedVersion {
  readonly ecosystem: ServedEcosystem;
  readonly package: string;
  readonly version: string;
  /** Advisories that were not known at one of the downloads at least. */
  readonly advisories: readonly VersionAdvisory[];
  readonly clients: readonly ReportedClient[];
}

/** The report on a log. */
export interface RegistryReport {
  /** By ecosystem, package and version. */
  readonly versions: readonly ReportedVersion[];
  /** Downloads in the log. */
  readonly downloadCount: number;
  /** Lines of the log that cannot be read, or were not written because the disk was full. */
  readonly unreadableCount: number;
}

interface Download {
  readonly version: string;
  readonly time: string;
  readonly address: string;
  readonly token?: string;
  /** Ids of the advisories that were known. */
  readonly known: readonly string[];
}

/** Longer lines are not written by the registry. */
const MAX_LINE = 1024 * 1024;
const KINDS: ReadonlyMap<string, ServedEcosystem> = new Map([
  ['tarball', 'npm'],
  ['pypi-file', 'pypi'],
]);

/**
 * Reports on the log in the directory of a registry, also while the registry runs. @throws errors
 * of the file system
 */
export async function reportDownloads(
  folder: string,
  advisories: AdvisoryReader,
  { now }: Pick<Context, 'now'>,
): Promise<RegistryReport> {
  const packages = new Map<string, Download[]>();
  let unreadableCount = 0;
  let downloadCount = 0;
  for (const name of [OLD_LOG_NAME, LOG_NAME]) {
    for await (const line of linesOf(join(folder, name))) {
      const row = readLine(line);
      if (row === undefined) unreadableCount += 1;
      else if ('droppedCount' in row) unreadableCount += row.droppedCount;
      else if ('download' in row) {
        downloadCount += 1;
        appendTo(packages, `${row.ecosystem} ${row.name}`, row.download);
      }
    }
  }
  const versions: ReportedVersion[] = [];
  for (const [key, downloads] of [...packages].sort(([a], [b]) => compareText(a, b))) {
    const [first = '', name = ''] = key.split(' ', 2);
    const ecosystem = first === 'pypi' ? 'pypi' : 'npm';
    const policy = { rules: [], allow: [], block: [] };
    const judging = { policy, advisories, now: now(), isOwn: false };
    const rows = [...new Set(downloads.map(({ version }) => version))].sort();
    const decisions = await judgeVersions(
      { ecosystem, name },
      rows.map((version) => ({ version, hasInstallScript: false })),
      judging,
    );
    for (const version of rows) {
      const reported = reportVersion(
        downloads.filter((one) => one.version === version),
        decisions.get(version)?.advisories ?? [],
      );
      if (reported !== undefined) versions.push({ ecosystem, package: name, version, ...reported });
    }
  }
  return { versions, downloadCount, unreadableCount };
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const input = createReadStream(path);
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    if (!isMissing(error)) throw error;
  } finally {
    input.destroy();
  }
}

type LogRow =
  | { readonly ecosystem: ServedEcosystem; readonly name: string; readonly download: Download }
  /** Lines that were not written, because the disk was full. */
  | { readonly droppedCount: number }
  | { readonly isOther: true };

/** Reads a line; `undefined` if it cannot be read. */
function readLine(line: string): LogRow | undefined {
  let value: unknown;
  try {
    value = line.length > MAX_LINE ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isPlainObject(value)) return undefined;
  const { dropped } = value;
  return typeof dropped === 'number' ? { droppedCount: dropped } : readRow(value);
}

function readRow(value: JsonObject): LogRow | undefined {
  const row = readStrings(value, ['kind', 'method', 'time', 'address', 'package', 'version']);
  const ecosystem = KINDS.get(row.kind ?? '');
  const { status, advisories } = value;
  // A client that has the file already uses it as well.
  const isServed = (status === 200 || status === 304) && row.method === 'GET';
  if (ecosystem === undefined || !isServed) return { isOther: true };
  const { time, address, package: name, version } = row;
  if (time === undefined || address === undefined) return undefined;
  if (name === undefined || version === undefined) return undefined;
  const { token } = readStrings(value, ['token']);
  const known = isJsonArray(advisories) ? advisories.filter((id) => typeof id === 'string') : [];
  const download = { version, time, address, known, ...(token !== undefined && { token }) };
  return { ecosystem, name, download };
}

function isPlainObject(value: unknown): value is JsonObject {
  return isJsonObject(value as JsonObject);
}

function reportVersion(
  downloads: readonly Download[],
  advisories: readonly VersionAdvisory[],
): Pick<ReportedVersion, 'advisories' | 'clients'> | undefined {
  const isNew = ({ id, aliases }: VersionAdvisory, { known }: Download): boolean =>
    ![id, ...aliases].some((one) => known.includes(one));
  const counted = downloads.filter((download) => advisories.some((one) => isNew(one, download)));
  if (counted.length === 0) return undefined;
  const clients = new Map<string, ReportedClient>();
  for (const { token, address, time } of counted) {
    const key = `${token ?? ''} ${address}`;
    const before = clients.get(key);
    clients.set(key, {
      ...(token !== undefined && { token }),
      address,
      downloadCount: (before?.downloadCount ?? 0) + 1,
      firstAt: before === undefined || time < before.firstAt ? time : before.firstAt,
      lastAt: before === undefined || time > before.lastAt ? time : before.lastAt,
    });
  }
  return {
    advisories: advisories.filter((one) => counted.some((download) => isNew(one, download))),
    clients: [...clients.values()],
  };
}
