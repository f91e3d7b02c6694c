/** Flags that set the bounds of a scan; `docs/limits.md` has their reasons. */

import { DEFAULT_LIMITS, type Limits } from '../base/context.ts';
import type { FlagValues } from './command.ts';
import type { Flag } from '../config/flag.ts';
import { readCount, readSize } from '../config/values.ts';

export const LIMIT_FLAGS: readonly Flag[] = [
  {
    name: 'max-image-size',
    value: 'SIZE',
    group: 'Target',
    help: 'refuse images that are larger, as stored or unpacked: 500MB, 2GiB',
  },
  {
    name: 'memory',
    value: 'SIZE',
    group: 'Target',
    help: 'how much of the files to be read is held in memory; the others wait in a temporary file (default: 128MiB)',
  },
  {
    name: 'max-file-size',
    value: 'SIZE',
    group: 'Target',
    help: 'leave out larger files, as a gap; archives and databases, which are read in place, may be 16 times as large (default: 128MiB)',
  },
  {
    name: 'max-files',
    value: 'N',
    group: 'Target',
    help: 'how many files of an artifact are read for packages; the others are a gap (default: 100000)',
  },
  {
    name: 'max-packages',
    value: 'N',
    group: 'Target',
    help: 'how many packages of an artifact are listed; the others are a gap (default: 60000)',
  },
  {
    name: 'max-findings',
    value: 'N',
    group: 'Target',
    help: 'how many findings of an artifact are made; the others are a gap (default: 250000)',
  },
];

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
