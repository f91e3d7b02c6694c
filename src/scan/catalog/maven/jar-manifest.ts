/**
 * Manifests and signature files of Java archives.
 *
 * Source: Java SE, "JAR File Specification", sections "Name-Value pairs and Sections" and
 * "Signature Validation". A line that begins with a space goes on with the one before, also in the
 * middle of a character of UTF-8. Sections are parted by one empty line, which is part of what a
 * signature's digest covers. Lines that are no attribute are passed over: tools have always written
 * some.
 */

/** One section; its bytes are what signature files give digests of. */
export interface ManifestSection {
  /** The entry that the section describes; absent in the main section. */
  readonly name?: string;
  /** By name in lower case. */
  readonly attributes: ReadonlyMap<string, string>;
  /** With the empty line behind it. */
  readonly bytes: Uint8Array;
  /** Without it, as some old signers took it. */
  readonly bareBytes: Uint8Array;
}

/** A parsed `META-INF/MANIFEST.MF`. */
export interface JarManifest {
  readonly main: ManifestSection;
  /** In the order of the file; an entry may have several. */
  readonly entries: readonly ManifestSection[];
}

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const SPACE = 0x20;
const NAME = 'name';
/** Matches an attribute line. Names have letters, digits, dash and underscore, at most 70. */
const ATTRIBUTE = /^(?<name>[A-Za-z0-9_-]{1,70}):(?: (?<value>[^]*)|$)/;

/** Reads any bytes: what is no attribute is passed over. */
export function readJarManifest(bytes: Uint8Array): JarManifest {
  const entries: ManifestSection[] = [];
  let main: ManifestSection | undefined;
  for (const section of sectionsOf(bytes)) {
    if (main === undefined) main = section;
    else if (section.name !== undefined) entries.push(section);
  }
  main ??= { attributes: new Map(), bytes: NOTHING, bareBytes: NOTHING };
  return { main, entries };
}

const NOTHING = new Uint8Array(0);

function* sectionsOf(bytes: Uint8Array): Generator<ManifestSection> {
  let start = 0;
  let lines: string[] = [];
  for (const line of linesOf(bytes)) {
    if (line.start !== line.end) {
      appendLine(lines, bytes, line);
      continue;
    }
    yield toSection(lines, bytes.subarray(start, line.next), bytes.subarray(start, line.start));
    start = line.next;
    lines = [];
  }
  if (lines.length > 0) yield toSection(lines, bytes.subarray(start), bytes.subarray(start));
}

interface Line {
  readonly start: number;
  readonly end: number;
  /** Offset of the next line. */
  readonly next: number;
}

function* linesOf(bytes: Uint8Array): Generator<Line> {
  let start = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte !== CARRIAGE_RETURN && byte !== LINE_FEED) continue;
    const end = at;
    if (byte === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED) at += 1;
    yield { start, end, next: at + 1 };
    start = at + 1;
  }
  if (start < bytes.length) yield { start, end: bytes.length, next: bytes.length };
}

/**
 * Appends a line with one character a byte, because a line may end in the middle of a character.
 */
function appendLine(lines: string[], bytes: Uint8Array, { start, end }: Line): void {
  const isContinued = bytes[start] === SPACE && lines.length > 0;
  const from = isContinued ? start + 1 : start;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('latin1');
  if (isContinued) lines.push(`${lines.pop() ?? ''}${text}`);
  else lines.push(text);
}

function toSection(
  lines: readonly string[],
  bytes: Uint8Array,
  bareBytes: Uint8Array,
): ManifestSection {
  const attributes = new Map<string, string>();
  for (const line of lines) {
    const groups = ATTRIBUTE.exec(line)?.groups;
    if (groups === undefined) continue;
    const value = Buffer.from(groups['value'] ?? '', 'latin1').toString('utf8');
    attributes.set((groups['name'] ?? '').toLowerCase(), value.trim());
  }
  const name = attributes.get(NAME);
  const first = lines[0]?.slice(0, NAME.length + 1).toLowerCase();
  const isNamed = name !== undefined && first === `${NAME}:`;
  return { ...(isNamed && { name }), attributes, bytes, bareBytes };
}
