/** Scripts that look at the status of their commands themselves. Source: the manual of bash. */

/**
 * Returns whether a script looks at the status of a command itself, as in `exit $?`, `wait $!`, and
 * `rc=$?` and `|| failed=1` with a later `$rc` or `$failed`. To print it decides nothing.
 */
export function readsStatus(script: string): boolean {
  const text = script.replaceAll(PRINTED, '');
  if (/PIPESTATUS|\bwait\s+(?:-\w+\s+)?["']?[$%]/u.test(text)) return true;
  if (READ_STATUS.test(text)) return true;
  let count = 0;
  for (const { index, groups, 0: found } of text.matchAll(NOTED_FAILURE)) {
    count += 1;
    if (count > MAX_NOTED) break;
    const name = groups?.['name'] ?? groups?.['status'] ?? '';
    const use = new RegExp(`\\$\\{?${name}(?!\\w)`, 'u');
    if (use.test(text.slice(index + found.length))) return true;
  }
  return false;
}

/** Texts that are printed, and go to no file. */
const PRINTED = /(?<![\w.-])(?:echo|printf)[ \t][^\n;&|<>()`]{0,500}(?=[\n;]|$)/gu;
/** A status that is used otherwise than as the value of a variable, or written to a file. */
const READ_STATUS =
  /(?<!(?:^|[\s;&|({])[A-Za-z_]\w{0,63}=["']?)\$(?:\?|\{\?\})|(?<![\w.-])(?:echo|printf)[ \t][^\n]{0,500}?\$(?:\?|\{\?\})/mu;
/** Real scripts note some failures; each is searched for from its place on. */
const MAX_NOTED = 50;
const NOTED_FAILURE =
  /(?:\|\||\bthen|\{)\s*(?<name>[A-Za-z_]\w*)=|(?<=^|[\s;&|({])(?<status>[A-Za-z_]\w{0,63})=["']?\$(?:\?|\{\?\})/gmu;
