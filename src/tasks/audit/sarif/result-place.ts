/**
 * The place of a result: its file, its range, and the text of its line.
 *
 * Source: SARIF 2.1.0, 3.28 (`location`), 3.29 (`physicalLocation`), 3.30 (`region`). Columns that
 * count code points are converted where the file can be read. A region that has offsets alone has
 * no line.
 */

import type { Location } from '../../../core/model/artifact/artifact.ts';
import type { TextRange } from '../../../core/model/rule/rule-finding.ts';
import type { Addresses } from './addresses.ts';
import type { SarifNode } from './sarif-node.ts';
import type { Tree } from './tree.ts';

/** The last code point that is one UTF-16 code unit. */
const LAST_OF_ONE_UNIT = 0xffff;

/** The place of a result. */
export interface ResultPlace {
  readonly location: Location;
  readonly range?: TextRange;
  /** The first line of the region; absent if the file or the line is not there. */
  readonly lineText?: string;
}

/** The readers for the places of a run. */
export interface PlaceReader {
  readonly addresses: Addresses;
  readonly tree: Tree;
  /** Whether columns count code points (3.14.17). */
  readonly countsCodePoints: boolean;
  /** Is called for each region that ends before it starts. Its first line alone is the place. */
  readonly onBackwardRegion: () => void;
}

/**
 * Returns the place of a location; the root of the tree if it names no file. @throws AssayError for
 * a file outside of it
 */
export function placeOf(location: SarifNode | undefined, reader: PlaceReader): ResultPlace {
  const physical = location?.object('physicalLocation');
  const artifact = physical?.object('artifactLocation');
  if (artifact === undefined) return { location: { path: '/', layer: 0 } };
  return placeIn(reader.addresses.pathOf(artifact), physical?.object('region'), reader);
}

/** Returns the place of a region in a file. */
export function placeIn(
  path: string,
  region: SarifNode | undefined,
  { tree, countsCodePoints, onBackwardRegion }: PlaceReader,
): ResultPlace {
  const line = region?.index('startLine') ?? 0;
  // Some analyzers write line 0 for a file as a whole.
  if (region === undefined || line === 0) return { location: { path, layer: 0 } };
  const lines = tree.lines(path);
  const endLine = region.index('endLine') ?? line;
  const column = (at: number, value: number): number =>
    countsCodePoints ? codeUnits(lines?.[at - 1], value) : value;
  const startColumn = column(line, Math.max(region.index('startColumn') ?? 1, 1));
  const written = region.index('endColumn');
  const endColumn =
    written === undefined ? (lines?.[endLine - 1] ?? '').length + 1 : column(endLine, written);
  const isForward = endLine > line || (endLine === line && endColumn >= startColumn);
  if (!isForward) onBackwardRegion();
  const lineText = lines?.[line - 1];
  return {
    location: { path, layer: 0, line },
    ...(isForward && { range: { startLine: line, startColumn, endLine, endColumn } }),
    ...(lineText !== undefined && { lineText }),
  };
}

/** Returns a column in UTF-16 code units. */
function codeUnits(line: string | undefined, column: number): number {
  if (line === undefined) return column;
  let at = 0;
  for (let left = column - 1; left > 0 && at < line.length; left -= 1) {
    at += (line.codePointAt(at) ?? 0) > LAST_OF_ONE_UNIT ? 2 : 1;
  }
  return at + 1;
}
