/**
 * Limits the packages and files in the records of one artifact. Those beyond the limits are left
 * out and counted, which is a gap. `docs/limits.md` has the values.
 */

import type { Limits } from '../../core/base/context.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import type { CatalogResult } from '../../core/model/catalog/catalog.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';

/**
 * Each layer that changes a package database contains all of it, so its rows are read many times.
 */
const ROWS_PER_PACKAGE = 20;

/** The counters of one artifact. */
export class RecordBudget {
  readonly #maxPackages: number;
  readonly #maxFiles: number;
  readonly #maxFindings: number;
  #rowCount = 0;
  #ruleCount = 0;
  #fileCount = 0;
  /** Packages so far; counted only when there are more rows than packages are allowed. */
  #known: Set<string> | undefined;
  readonly #before: LayerRecord[] = [];

  constructor({
    maxPackages,
    maxReadFiles,
    maxFindings,
  }: Pick<Limits, 'maxPackages' | 'maxReadFiles' | 'maxFindings'>) {
    this.#maxPackages = maxPackages;
    this.#maxFiles = maxReadFiles;
    this.#maxFindings = maxFindings;
  }

  /** Counts a record. Returns the part of it that is within the limits. */
  take(record: LayerRecord, layer: number): LayerRecord {
    return this.#takePackages(this.#takeRules(record, layer), layer);
  }

  #takeRules(record: LayerRecord, layer: number): LayerRecord {
    const room = this.#maxFindings - this.#ruleCount;
    const rules = record.rules.length > room ? record.rules.slice(0, room) : record.rules;
    this.#ruleCount += rules.length;
    if (rules === record.rules) return record;
    const leftOutCount = record.rules.length - rules.length;
    const gaps = overLimitGap(leftOutCount, 'rule finding', { layer, key: 'findings' });
    return { ...record, rules, diagnostics: [...record.diagnostics, ...gaps] };
  }

  #takePackages(record: LayerRecord, layer: number): LayerRecord {
    const rowCount = record.cataloged.reduce((sum, { result }) => sum + result.packages.length, 0);
    this.#fileCount += record.cataloged.length;
    const isFew = this.#rowCount + rowCount <= this.#maxPackages;
    if (isFew && this.#fileCount <= this.#maxFiles) {
      this.#rowCount += rowCount;
      this.#before.push(record);
      return record;
    }
    return this.#cut(record, layer);
  }

  #cut(record: LayerRecord, layer: number): LayerRecord {
    const known = this.#knownPackages();
    const fileRoom = record.cataloged.length - Math.max(0, this.#fileCount - this.#maxFiles);
    this.#fileCount = Math.min(this.#fileCount, this.#maxFiles);
    const files = record.cataloged.slice(0, Math.max(0, fileRoom));
    let leftOutCount = 0;
    const cataloged = files.map((row) => {
      const packages = row.result.packages.filter(({ name, version }) => {
        if (this.#takes(known, `${row.foundBy}\0${name}\0${version}`)) return true;
        leftOutCount += 1;
        return false;
      });
      if (packages.length === row.result.packages.length) return row;
      const result: CatalogResult = { ...row.result, packages };
      return { ...row, result };
    });
    const diagnostics = [
      ...record.diagnostics,
      ...overLimitGap(record.cataloged.length - files.length, 'file', { layer, key: 'files' }),
      ...overLimitGap(leftOutCount, 'package', { layer, key: 'packages' }),
    ];
    return { ...record, cataloged, diagnostics };
  }

  #takes(known: Set<string>, key: string): boolean {
    if (this.#rowCount >= this.#maxPackages * ROWS_PER_PACKAGE) return false;
    if (!known.has(key)) {
      if (known.size >= this.#maxPackages) return false;
      known.add(key);
    }
    this.#rowCount += 1;
    return true;
  }

  #knownPackages(): Set<string> {
    if (this.#known !== undefined) return this.#known;
    const known = new Set<string>();
    for (const { cataloged } of this.#before) {
      for (const { foundBy, result } of cataloged) {
        for (const { name, version } of result.packages)
          known.add(`${foundBy}\0${name}\0${version}`);
      }
    }
    this.#before.length = 0;
    this.#known = known;
    return known;
  }
}

/**
 * Returns the gap for things of a layer beyond a limit of the configuration; none if `count` is 0.
 */
export function overLimitGap(
  count: number,
  what: string,
  { layer, key }: { readonly layer: number; readonly key: string },
): readonly Diagnostic[] {
  if (count === 0) return [];
  const message = `layer ${layer + 1}: ${pluralize(count, what)} left out, because the limit is reached; "limits: { ${key}: N }" in the configuration allows more`;
  return [{ stage: 'layers', message, gap: 'limit' }];
}
