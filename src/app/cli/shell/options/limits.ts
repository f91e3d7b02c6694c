/** Reads the flags that set the limits of a scan; `docs/limits.md` has their reasons. */

import { DEFAULT_LIMITS, type Limits } from '../../../../core/base/context.ts';
import type { FlagValues } from '../../commands/command.ts';
import { readCount, readSize } from '../../../config/values.ts';

/** Returns the bounds that the flags and the configuration set, over the defaults. */
export function limitsOf(flags: FlagValues): Limits {
  const sizeOf = (name: string): number | undefined => {
    const text = flags.text(name);
    return text === undefined ? undefined : readSize(name, text);
  };
  const countOf = (name: string): number | undefined => {
    const text = flags.text(name);
    return text === undefined ? undefined : readCount(name, text);
  };
  const maxImageBytes = sizeOf('max-image-size');
  return {
    ...DEFAULT_LIMITS,
    ...(maxImageBytes !== undefined && { maxImageBytes }),
    maxMemoryBytes: sizeOf('memory') ?? DEFAULT_LIMITS.maxMemoryBytes,
    maxFileBytes: sizeOf('max-file-size') ?? DEFAULT_LIMITS.maxFileBytes,
    maxReadFiles: countOf('max-files') ?? DEFAULT_LIMITS.maxReadFiles,
    maxPackages: countOf('max-packages') ?? DEFAULT_LIMITS.maxPackages,
    maxFindings: countOf('max-findings') ?? DEFAULT_LIMITS.maxFindings,
  };
}
