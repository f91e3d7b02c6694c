/**
 * Cuts the lines out of a report that the demonstration shows, and applies the cure that a verdict
 * names.
 */

import { indexBy } from '../../../../core/base/maps.ts';
import { isJsonObject, readJson, type JsonObject } from '../../../../formats/text/json/json.ts';
import { ECOSYSTEMS } from '../../../../core/model/package/ecosystem.ts';
import type { Report } from '../../../../core/model/report/report.ts';

/** The greppable `Total:` line of a table. */
export function totalLine(table: string): string {
  return table.split('\n').find((line) => line.startsWith('Total:')) ?? '';
}

/** Returns the last lines of a table: the verdict with its cause and cure. */
export function verdictBlock(table: string): readonly string[] {
  const lines = table.trimEnd().split('\n');
  return lines.slice(lines.findLastIndex((line) => line.startsWith('Verdict:')));
}

/** Returns the part of a table about contradictions between content and metadata. */
export function contradictionBlock(table: string): readonly string[] {
  const lines = table.split('\n');
  const from = lines.findIndex((line) => line.startsWith('Content contradicts metadata'));
  if (from < 0) return [];
  const end = lines.indexOf('', from);
  return lines.slice(from, end < 0 ? undefined : end);
}

/** The upgrades in the cure of a verdict, by source package or package name. */
export interface Upgrades {
  /** Upgrades of the operating system. */
  readonly system: ReadonlyMap<string, string>;
  readonly npm: ReadonlyMap<string, string>;
}

/** Lists the upgrades of a report, for the step of the demonstration that applies them. */
export function listUpgrades(report: Report): Upgrades {
  const system = new Map<string, string>();
  const npm = new Map<string, string>();
  const packages = indexBy(
    report.results.flatMap(({ inventory }) => inventory.packages),
    'id',
  );
  for (const { packageId, version } of report.verdict.cure?.upgrades ?? []) {
    const pkg = packages.get(packageId);
    if (pkg === undefined) continue;
    if (ECOSYSTEMS[pkg.ecosystem].kind === 'os') system.set(pkg.source?.name ?? pkg.name, version);
    else if (pkg.ecosystem === 'npm') npm.set(pkg.name, version);
  }
  return { system, npm };
}

/**
 * Returns a lockfile (version 2 or 3) with other versions of the packages named, as `npm install
 * NAME@VERSION` leaves it. `file` is named in errors. @throws ParseError if it is no JSON object
 */
export function upgradeLockfile(
  text: string,
  versions: ReadonlyMap<string, string>,
  file: string,
): string {
  const lock = readJson(file, new TextEncoder().encode(text));
  const packages = isJsonObject(lock['packages']) ? lock['packages'] : {};
  const upgraded = Object.entries(packages).map(([folder, entry]) => {
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const version = folder === '' ? undefined : versions.get(name);
    return [folder, version !== undefined && isJsonObject(entry) ? { ...entry, version } : entry];
  });
  return `${JSON.stringify({ ...lock, packages: Object.fromEntries(upgraded) as JsonObject }, undefined, 2)}\n`;
}
