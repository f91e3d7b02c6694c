/** The rules of the trust file on base images. */

import type { BaseName, BaseRules } from '../../../../scan/pipeline/bases/base-question.ts';
import { parseImageReference } from '../../../../clients/oci/index.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { imageRefusal } from '../../../../trust/trust-file/decisions.ts';
import type {
  NamedImage,
  RepositoryPattern,
} from '../../../../trust/trust-file/repository-pattern.ts';
import type { PatternRules } from '../../../../trust/trust-file/trust-file.ts';
import type { Session } from '../../commands/command.ts';
import { openTrustFile } from './trust-options.ts';

/** Each listed image is a request for a manifest and one for a configuration. */
const MAX_IMAGES = 32;

/** The rules of the trust file, and what the verdict must repeat about the file. */
export interface FoundBaseRules {
  readonly rules?: BaseRules;
  readonly warning?: string;
}

/**
 * Reads the section `base-images` of the trust file.
 *
 * @throws AssayError `CONFIG_INVALID` if the trust file cannot be read
 */
export async function readBaseRules(
  session: Pick<Session, 'flags' | 'io' | 'context'>,
): Promise<FoundBaseRules> {
  const found = await openTrustFile(session);
  const patterns = found?.trust.baseImages;
  if (found === undefined || patterns === undefined) return {};
  const { warning } = found;
  return { rules: baseRules(patterns), ...(warning !== undefined && { warning }) };
}

/** Returns the rules for patterns of images. */
export function baseRules(patterns: PatternRules): BaseRules {
  const { allowed } = patterns;
  const refusal = (image: NamedImage | undefined): string | undefined =>
    image === undefined ? undefined : imageRefusal(patterns, image)?.reason;
  return {
    images: (allowed ?? [])
      .filter(
        (pattern) => isOneImage(pattern) && refusal(imageOf({ name: pattern.text })) === undefined,
      )
      .slice(0, MAX_IMAGES)
      .map(({ text }) => text),
    refusal: (named) => {
      const reason = refusal(imageOf(named));
      return reason === undefined ? undefined : `the trust file does not accept it: it ${reason}`;
    },
    accepts: (named) => {
      const image = imageOf(named);
      if (allowed === undefined || image === undefined) return false;
      const { tag, digest, ...repository } = image;
      // A tag beside a digest is a claim of the writer.
      const proven =
        digest === undefined
          ? { ...repository, ...(tag !== undefined && { tag }) }
          : { ...repository, digest };
      return refusal(image) === undefined && refusal(proven) === undefined;
    },
  };
}

function imageOf({ name, digest: beside }: BaseName): NamedImage | undefined {
  try {
    const { domain, path, tag, digest = beside } = parseImageReference(name);
    return {
      domain,
      path,
      ...(tag !== undefined && { tag }),
      ...(digest !== undefined && { digest }),
    };
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}

/**
 * Returns whether a pattern names a single image: a repository without wildcards and a tag or
 * digest.
 */
function isOneImage({ host, parts, tag, digest }: RepositoryPattern): boolean {
  const hasVersion = digest !== undefined || tag !== undefined;
  return hasVersion && ![host, ...parts, tag ?? ''].some((part) => part.includes('*'));
}
