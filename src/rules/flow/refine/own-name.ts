/** Names of files that are compared with their own last part. */

import type { Expression } from '../form.ts';
import type { Machine } from '../machine.ts';

/** Functions that return the last part of a path, or a safe name of a file. */
const FILE_NAMES: ReadonlySet<string> = new Set([
  ...['os.path.basename', 'path.basename', 'path.posix.basename', 'ntpath.basename'],
  ...['werkzeug.utils.secure_filename', 'sanitize-filename'],
]);

/** Returns whether a condition is `basename(x) === x`: `x` is a name without directories. */
export function isOwnName(m: Machine, place: Expression, other: Expression): boolean {
  if (place.kind !== 'call' || place.args.length !== 1) return false;
  const [name] = place.args;
  const textOf = ({ span }: Expression): string => m.text.slice(span.start, span.end);
  return (
    name !== undefined &&
    textOf(name.value) === textOf(other) &&
    m.evaluate(place.callee).refs.some((ref) => FILE_NAMES.has(ref))
  );
}
