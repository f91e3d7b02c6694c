/** In which encoding a text is, by its first bytes (the Unicode Standard, 23.8 "Byte Order Mark"). */

/** The encoding that the byte order mark names; PowerShell writes UTF-16 where nothing else is asked for. */
export function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** What to do about it where only UTF-8 is read, as of JSON (RFC 8259, 8.1). */
export const SAVE_AS_UTF_8 = 'save it as UTF-8, as with iconv -f UTF-16 -t UTF-8';
