/**
 * The entry point of `assay base`: scans images or reads reports on them, and puts their facts side
 * by side.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError, type ErrorCode } from '../../../core/base/errors.ts';
import type { Io } from '../../../core/base/io.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type {
  BaseComparison,
  ComparedImage,
  MissingImage,
} from '../../../core/model/report/base-comparison.ts';
import type { Report } from '../../../core/model/report/report.ts';
import type { GateRequest } from '../../../scan/pipeline/reports/gate-reports.ts';
import { runScan, withOpenAdvisories, type RunRequest } from '../../../scan/pipeline/run-scan.ts';
import { soundReportIn } from '../../../scan/pipeline/reports/sound-report.ts';
import type { Target } from '../../../scan/pipeline/target.ts';
import { isFileOperand } from '../operand.ts';
import { imageFacts } from './image-facts.ts';
import { judgeImage, judgeImages, type JudgedRow } from './judge-images.ts';
import { lossesAgainst, type ImageParts } from './losses.ts';
import { paretoSet } from './pareto.ts';
import { withSharedResults } from './shared-results.ts';

/**
 * Kinds of artifacts that are never a base, so their counts and sizes are not comparable with those
 * of images.
 */
const NO_IMAGE: ReadonlySet<Artifact['kind']> = new Set(['directory', 'file', 'repository']);

/** Images to compare, the first of them the one that the others are compared with. */
export interface BaseRequest {
  /** At least one. A name that has the form of a file is a stored report if the file is one. */
  readonly targets: readonly Target[];
  /** Relative paths start at its directory. */
  readonly io: Pick<Io, 'cwd'>;
  /** Returns how images are scanned. */
  readonly requestFor: (targets: readonly Target[]) => Promise<RunRequest>;
  /** Absent: nothing is judged. */
  readonly gate?: GateRequest;
  /**
   * The number of targets, from the first on, that the user named. A gate judges these; of the
   * others it only lists the verdict.
   */
  readonly namedCount: number;
}

/** Images side by side, and the outcome of the gate. */
export interface BaseOutcome {
  readonly comparison: BaseComparison;
  /**
   * A report with the verdict on the images that the user named, or why there is none. Absent
   * without a gate, and where none of these images could be read.
   */
  readonly judged?: Report | AssayError;
}

/** The errors that belong to one image; all others end the run. */
const OF_ONE_IMAGE: ReadonlySet<ErrorCode> = new Set([
  'NOT_FOUND',
  'ACCESS_DENIED',
  'REGISTRY_DENIED',
  'CONTENT_MISMATCH',
  'DAMAGED',
  'PARSE',
  'LIMIT_EXCEEDED',
  'TIMEOUT',
  'NETWORK',
  'OFFLINE',
]);

/**
 * Compares images. One that cannot be had is listed with the reason, and the others are compared.
 *
 * @throws AssayError `USAGE` for a bad name, `ADVISORY_DATA_MISSING` where no image has advisory
 * data, and what ends a run
 */
export async function runBaseComparison(
  request: BaseRequest,
  context: Context,
): Promise<BaseOutcome> {
  const { targets, gate, namedCount } = request;
  const scanner = await openScanner(request, context);
  const rows: (ImageRow | MissingImage)[] = [];
  const named: ImageRow[] = [];
  for (const [at, target] of targets.entries()) {
    const own = await rowsOf(target, request, scanner);
    rows.push(...own);
    if (at < namedCount) named.push(...own.filter((row) => row.kind === 'row'));
  }
  scanner.refuseWithoutData();
  const asked = { rows: numbered(rows), ...(gate && { gate }) };
  const comparison = compared(asked, context.now());
  if (gate === undefined || named.length === 0) return { comparison };
  const judged = judgedOrError(named, gate, context);
  if (judged instanceof AssayError) return { comparison, judged };
  return { comparison: { ...comparison, verdict: judged.verdict }, judged };
}

function judgedOrError(
  rows: readonly ImageRow[],
  gate: GateRequest,
  context: Context,
): Report | AssayError {
  try {
    return judgeImages(rows, gate, context);
  } catch (error) {
    if (error instanceof AssayError) return error;
    throw error;
  }
}

/** An image, and the report that it is in. */
interface ImageRow extends JudgedRow {
  readonly kind: 'row';
}

interface Scanner {
  scan(target: Target): Promise<Report>;
  /** @throws AssayError that of the first image, where no scanned image has advisory data */
  refuseWithoutData(): void;
}

/**
 * Opens a scanner of all images with the same advisories, opened once, and the same results of
 * layers.
 */
async function openScanner(request: BaseRequest, context: Context): Promise<Scanner> {
  const opened = await withOpenAdvisories(await request.requestFor(request.targets), context);
  const { advisories, ...rest } = opened;
  const shared = { ...rest, cache: withSharedResults(rest.cache), allowEmpty: true };
  let withoutData: AssayError | undefined;
  let isAnyMatched = false;
  return {
    scan: async (target) => {
      const at = request.targets.indexOf(target);
      const [own] = opened.targets.slice(at, at + 1);
      if (own === undefined) throw new RangeError('a target that is not of the request');
      const one = { ...shared, targets: [own] };
      if (advisories === undefined) return runScan(one, context);
      try {
        const report = await runScan({ ...one, advisories }, context);
        isAnyMatched = true;
        return report;
      } catch (error) {
        if (!(error instanceof AssayError) || error.code !== 'ADVISORY_DATA_MISSING') throw error;
        // Its packages are listed, and its findings are unknown. The gate judges the report.
        withoutData ??= error;
        return runScan({ ...one, policy: {} }, context);
      }
    },
    refuseWithoutData: () => {
      if (withoutData !== undefined && !isAnyMatched) throw withoutData;
    },
  };
}

async function rowsOf(
  target: Target,
  request: BaseRequest,
  scanner: Scanner,
): Promise<readonly (ImageRow | MissingImage)[]> {
  const name = target.reference;
  try {
    const report = (await storedReport(target, request)) ?? (await scanner.scan(target));
    const stray = report.results.find(({ artifact }) => NO_IMAGE.has(artifact.kind));
    if (stray !== undefined) {
      const message = `"${name}" is on a ${stray.artifact.kind}, and not on an image`;
      throw new AssayError('NOT_FOUND', message, { hint: 'assay diff compares any two reports.' });
    }
    return report.results.map((result) => ({ kind: 'row', name, result, report }));
  } catch (error) {
    if (!(error instanceof AssayError) || !OF_ONE_IMAGE.has(error.code)) throw error;
    const { code, message, hint } = error;
    return [
      { kind: 'missing', name, error: { code, message, ...(hint !== undefined && { hint }) } },
    ];
  }
}

async function storedReport(
  { reference, isPath }: Target,
  request: BaseRequest,
): Promise<Report | undefined> {
  if (isPath !== true && !isFileOperand(reference)) return undefined;
  return soundReportIn(request, reference);
}

/** Returns the rows with numbers where several images have one name. */
function numbered(
  rows: readonly (ImageRow | MissingImage)[],
): readonly (ImageRow | MissingImage)[] {
  const counts = new Map<string, number>();
  for (const { name } of rows) counts.set(name, (counts.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  return rows.map((row) => {
    if ((counts.get(row.name) ?? 0) < 2) return row;
    const number = (seen.get(row.name) ?? 0) + 1;
    seen.set(row.name, number);
    return { ...row, name: `${row.name} #${number}` };
  });
}

interface ComparedRows {
  readonly rows: readonly (ImageRow | MissingImage)[];
  readonly gate?: GateRequest;
}

function compared({ rows, gate }: ComparedRows, now: number): BaseComparison {
  const found = rows.filter((row) => row.kind === 'row');
  const facts = found.map(({ name, result, report }) => imageFacts({ name, result, report, now }));
  const { dimensions, standings } = paretoSet(facts);
  const parts = found.map(({ result }, index): ImageParts => {
    return { tools: facts[index]?.tools ?? {}, packages: result.inventory.packages };
  });
  const images: ComparedImage[] = facts.flatMap((sheet, index) => {
    const [first, own, pareto, row] = [parts[0], parts[index], standings[index], found[index]];
    if (first === undefined || own === undefined) return [];
    if (pareto === undefined || row === undefined) return [];
    const losses = index === 0 ? {} : { losses: lossesAgainst(first, own) };
    const judged = gate && { verdict: judgeImage(row, gate, { now: () => now }) };
    return [{ kind: 'image', ...sheet, ...judged, pareto, ...losses }];
  });
  let next = 0;
  return {
    comparedAt: new Date(now).toISOString(),
    images: rows.flatMap((row): BaseComparison['images'] =>
      row.kind === 'missing' ? [row] : images.slice(next, ++next),
    ),
    paretoDimensions: dimensions,
    notes: notesOf(found, images),
  };
}

function notesOf(rows: readonly ImageRow[], images: readonly ComparedImage[]): readonly string[] {
  const notes: string[] = [];
  const days = new Set(images.map(({ judgedAt }) => judgedAt.slice(0, 10)));
  if (days.size > 1) {
    notes.push(
      `Findings are of different days (${[...days].sort().join(', ')}): a stored report lists what was known when it was made.`,
    );
  }
  const filtered = rows.filter(({ result }) =>
    Object.values(result.notShown).some((count) => count > 0),
  );
  for (const { name } of filtered) {
    notes.push(`The report "${name}" leaves out findings because of --severity or --only.`);
  }
  return notes;
}
