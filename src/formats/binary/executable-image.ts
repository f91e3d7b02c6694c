/** Results of the readers of executables, and the names in their headers. */

/** Longer than any name of a section that a linker makes; a hostile one is cut. */
const MAX_NAME_BYTES = 256;

/** A named part of the file. */
export interface ExecutableSection {
  readonly name: string;
  /** Offset of its bytes in the file. */
  readonly offset: number;
  /** Size of its bytes in the file; 0 if the file does not contain them. */
  readonly sizeBytes: number;
}

/** A part of the file that is loaded into memory. */
export interface ExecutableSegment {
  readonly name: string;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly address: number;
  readonly isWritable: boolean;
}

/** The parts of an executable that readers ask for, whichever format it has. */
export interface ExecutableImage {
  readonly format: 'elf' | 'pe' | 'mach-o';
  readonly isBigEndian: boolean;
  readonly pointerBytes: 4 | 8;
  readonly sections: readonly ExecutableSection[];
  readonly segments: readonly ExecutableSegment[];
}

/** First bytes of the files that `executable.ts` reads, one character a byte. */
export const EXECUTABLE_MAGICS: readonly string[] = [
  '\u007fELF',
  'MZ',
  '\u00fe\u00ed\u00fa\u00ce',
  '\u00fe\u00ed\u00fa\u00cf',
  '\u00ce\u00fa\u00ed\u00fe',
  '\u00cf\u00fa\u00ed\u00fe',
  '\u00ca\u00fe\u00ba\u00be',
];

/** Returns the text up to the next zero byte, or to the end. */
export function nameAt(bytes: Uint8Array, offset: number): string {
  const part = Buffer.from(bytes.subarray(offset, offset + MAX_NAME_BYTES));
  const end = part.indexOf(0);
  return part.toString('latin1', 0, end === -1 ? part.length : end);
}
