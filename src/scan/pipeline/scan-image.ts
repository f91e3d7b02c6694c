/** Scans one image, and hands it over as a registry stores it together with its report. */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { Report } from '../../core/model/report/report.ts';
import { joinedOutcomes, type TrustOutcome } from '../../core/model/report/trust-outcome.ts';
import type { ImageContent, StoredImage } from '../../clients/oci/content-store.ts';
import type { OpenArtifact } from '../source/source.ts';
import { readImageContent } from './image-content.ts';
import { withOpenAdvisories, type RunRequest } from './run-scan.ts';
import { scanOpened, type ArtifactUse } from './scan.ts';
import type { ScanRequest } from './request.ts';

/** Checks of an image beside its content, before the verdict. */
export interface ImageJudge {
  /** Judges by how the image is stored; `undefined` for an image whose source has no manifest. */
  readonly judgeStored?: (stored: StoredImage | undefined) => Promise<TrustOutcome>;
}

/** An image that was scanned, and is still open. */
export interface ScannedImage {
  readonly report: Report;
  /** The policy that decided, with the statements that are attested for the image. */
  readonly policy: RunRequest['policy'];
  /**
   * Returns what a registry stores of the image. Content that is not what was scanned is refused,
   * here or while its bytes are read.
   *
   * @throws AssayError `CONTENT_MISMATCH`, `DAMAGED`, `NOT_FOUND`, `LIMIT_EXCEEDED`
   */
  readonly content: () => Promise<ImageContent>;
}

/**
 * Scans all platforms of the one image that the request names, and calls `use`. The image is closed
 * when `use` has ended.
 *
 * @throws AssayError as `runScan` does; `USAGE` if the target holds several images, or none
 */
export async function scanImage<T>(
  { judgeStored, ...request }: RunRequest & ImageJudge,
  context: Context,
  use: (scanned: ScannedImage) => Promise<T>,
): Promise<T> {
  const kept: OpenArtifact[] = [];
  let { policy } = request;
  let stored: StoredImage | undefined;
  const artifactUse: ArtifactUse = {
    opened: (artifacts) => {
      refuseSeveral(artifacts);
      stored = artifacts[0]?.stored;
    },
    decidedBy: (decisive) => (policy = decisive),
    analysed: (artifacts) => void kept.push(...artifacts),
  };
  const targets = request.targets.map((target) => ({ ...target, platforms: 'all' as const }));
  const { advisories, ...rest } = await withOpenAdvisories({ ...request, targets }, context);
  if (advisories !== undefined && !('open' in advisories)) throw new TypeError('data is not open');
  try {
    const { judgeClaims } = request;
    const scanned: ScanRequest = {
      ...rest,
      ...(advisories !== undefined && { advisories }),
      ...(judgeStored !== undefined && {
        judgeClaims: async (artifacts) =>
          joinedOutcomes([await judgeClaims?.(artifacts), await judgeStored(stored)]),
      }),
    };
    const report = await scanOpened(scanned, context, artifactUse);
    return await use({ report, policy, content: () => contentOf(kept, context) });
  } finally {
    await Promise.all(kept.map((artifact) => artifact[Symbol.asyncDispose]()));
  }
}

/** Several artifacts are one image only if one index leads to them. */
function refuseSeveral(artifacts: readonly OpenArtifact[]): void {
  const roots = artifacts.map(({ stored }) => stored?.root.digest);
  if (artifacts.length < 2 || (new Set(roots).size === 1 && roots[0] !== undefined)) return;
  const names = artifacts.flatMap(({ artifact }) => artifact.image?.tags ?? []);
  throw new AssayError('USAGE', `the source holds ${artifacts.length} images`, {
    hint:
      names.length === 0
        ? 'Name one of them: PATH:@0 is the first, PATH@sha256:... one of a layout.'
        : `Name one of them as PATH:NAME: ${[...new Set(names)].slice(0, 5).join(', ')}`,
  });
}

async function contentOf(
  artifacts: readonly OpenArtifact[],
  context: Context,
): Promise<ImageContent> {
  const images: StoredImage[] = [];
  for (const artifact of artifacts) {
    const image = artifact.stored ?? (await artifact.convert?.(context));
    if (image !== undefined) images.push(image);
  }
  const [first, ...others] = images;
  if (first === undefined) throw new AssayError('USAGE', 'the source is not an image');
  return readImageContent([first, ...others]);
}
