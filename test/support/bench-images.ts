/**
 * Bench images and lockfiles, scanned by the built command with real advisories, in every format.
 * Variables name what is needed, as flags of `npm run bench` do: `ASSAY_TEST_BENCH_IMAGES` has
 * `oci/NAME`, `ASSAY_TEST_BENCH_BASE` is a cache folder with advisories, `ASSAY_TEST_TRIVYDB` has
 * `reports/NAME.json` of trivy with the same advisories, and what it scanned.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { decodeReport } from '../../src/core/codec/codec.ts';
import { EXIT_CODES } from '../../src/core/model/report/exit-codes.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { REPORT_FORMATS } from '../../src/scan/report/index.ts';
import { runBuilt, type BuiltCommand, type CommandOutcome } from './build.ts';
import { sharedPath } from './shared.ts';
import type { TrivyDocument } from './trivy-document.ts';

const IMAGES = process.env['ASSAY_TEST_BENCH_IMAGES'] ?? '';
const BASE = process.env['ASSAY_TEST_BENCH_BASE'] ?? '';
const TRIVYDB = process.env['ASSAY_TEST_TRIVYDB'] ?? '';

/** Why no image can be scanned here; `undefined` where they can. */
export function missingBenchImages(): string | undefined {
  if (!existsSync(path.join(IMAGES, 'oci'))) return 'ASSAY_TEST_BENCH_IMAGES';
  return existsSync(BASE) ? undefined : 'ASSAY_TEST_BENCH_BASE';
}

/** Names of the images, in order. */
export function benchImages(): readonly string[] {
  return missingBenchImages() === undefined ? readdirSync(path.join(IMAGES, 'oci')).sort() : [];
}

/** Directories that trivy scanned as well, with the advisories at hand. */
export function benchDirectories(): ReadonlyMap<string, string> {
  if (missingTrivyReports() !== undefined) return new Map();
  const samples = sharedPath('samples');
  return new Map([
    ['lock', path.join(TRIVYDB, 'lock')],
    ['probe', path.join(TRIVYDB, 'probe')],
    ...(samples === undefined ? [] : [['samples-fs', samples] as const]),
  ]);
}

/** Why there are no reports of trivy with the same advisories; `undefined` where there are. */
export function missingTrivyReports(): string | undefined {
  const isThere = TRIVYDB !== '' && existsSync(path.join(TRIVYDB, 'reports'));
  return isThere ? missingBenchImages() : 'ASSAY_TEST_TRIVYDB';
}

/** Returns the report that trivy wrote about an image in an OCI layout, or about a directory. */
export function trivyReportOf(name: string): TrivyDocument {
  const [file = ''] = [`${name}.oci.json`, `${name}.json`]
    .map((one) => path.join(TRIVYDB, 'reports', one))
    .filter((one) => existsSync(one));
  return JSON.parse(readFileSync(file, 'utf8')) as TrivyDocument;
}

/** One target, scanned once. */
export class BenchScan implements Disposable {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'assay-bench-'));
  readonly #command: BuiltCommand;

  private constructor(command: BuiltCommand) {
    this.#command = command;
  }

  /** Scans an image. Where no advisories are loaded for its system, its packages are listed. */
  static async ofImage(command: BuiltCommand, name: string): Promise<BenchScan> {
    const scan = new BenchScan(command);
    const target = ['image', '--input', path.join(IMAGES, 'oci', name)];
    const { exitCode } = await scan.#write(target);
    if (exitCode === EXIT_CODES.advisoryData)
      await scan.#write([...target, '--scanners', 'packages']);
    return scan;
  }

  /**
   * Scans a directory, with the dependencies for development, which trivy keeps in some types of
   * lockfiles.
   */
  static async ofDirectory(command: BuiltCommand, folder: string): Promise<BenchScan> {
    const scan = new BenchScan(command);
    await scan.#write(['fs', folder, '--include-dev-deps']);
    return scan;
  }

  #write(target: readonly string[]): Promise<CommandOutcome> {
    const outputs = REPORT_FORMATS.flatMap((format) => ['-o', `${format}=report.${format}`]);
    return this.run([...target, ...outputs]);
  }

  /** Runs the command without network. */
  run(args: readonly string[]): Promise<CommandOutcome> {
    const flags = ['--offline', '--no-progress', '--cache-dir', BASE];
    return runBuilt(this.#command, [...args, ...flags], { cwd: this.folder });
  }

  /** The text of one format. */
  text(format: string): string {
    return readFileSync(path.join(this.folder, `report.${format}`), 'utf8');
  }

  /** The report in Assay's own form. */
  report(): Report {
    return decodeReport(JSON.parse(this.text('json')));
  }

  trivyDocument(): TrivyDocument {
    return JSON.parse(this.text('trivy-json')) as TrivyDocument;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
