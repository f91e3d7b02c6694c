/**
 * Licenses that can be written as SPDX expressions. Package databases hold any text (`GPLv2+`,
 * `Public domain`), and an id that the list does not have makes a document invalid, so a value that
 * is not certainly an id is written as text.
 *
 * Source: SPDX License List 3.25, the ids that occur in package databases.
 */

const IDS: ReadonlySet<string> = new Set(
  (
    '0BSD AFL-2.1 AFL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-1.1 Apache-2.0 Artistic-1.0 ' +
    'Artistic-1.0-Perl Artistic-2.0 BSD-1-Clause BSD-2-Clause BSD-2-Clause-Patent BSD-3-Clause ' +
    'BSD-3-Clause-Clear BSD-4-Clause BSL-1.0 BlueOak-1.0.0 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-4.0 CC0-1.0 ' +
    'CDDL-1.0 CDDL-1.1 CPL-1.0 EPL-1.0 EPL-2.0 EUPL-1.2 FSFAP FTL GFDL-1.3-only GFDL-1.3-or-later ' +
    'GPL-1.0-only GPL-1.0-or-later GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later ' +
    'HPND ICU IJG ISC JSON LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1-only LGPL-2.1-or-later ' +
    'LGPL-3.0-only LGPL-3.0-or-later Libpng MIT MIT-0 MIT-CMU MPL-1.1 MPL-2.0 MS-PL MulanPSL-2.0 ' +
    'NCSA OFL-1.1 OpenSSL PHP-3.0 PHP-3.01 PSF-2.0 PostgreSQL Python-2.0 Python-2.0.1 Ruby SSPL-1.0 ' +
    'Sleepycat TCL UPL-1.0 Unicode-3.0 Unicode-DFS-2016 Unlicense Vim W3C WTFPL X11 ZPL-2.1 Zlib ' +
    'bzip2-1.0.6 curl zlib-acknowledgement'
  ).split(' '),
);
const EXCEPTIONS: ReadonlySet<string> = new Set(
  (
    'Autoconf-exception-3.0 Bison-exception-2.2 Classpath-exception-2.0 GCC-exception-3.1 ' +
    'LLVM-exception Libtool-exception'
  ).split(' '),
);
const TOKENS = /[()]|[^\s()]+/g;
const OPERATORS: ReadonlySet<string> = new Set(['AND', 'OR']);
const MAX_LENGTH = 1000;

/** Returns whether a text is the id of one licence. */
export function isLicenseId(text: string): boolean {
  return IDS.has(text);
}

/** Returns whether a text is an expression of known ids. */
export function isLicenseExpression(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  let depth = 0;
  /** Whether the next token may be an id or `(`, and not an operator. */
  let wantsId = true;
  let before = '';
  for (const token of text.match(TOKENS) ?? []) {
    const isException = before === 'WITH';
    if (isException ? !EXCEPTIONS.has(token) : !fits(token, wantsId)) return false;
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else wantsId = !isException && OPERATORS.has(token);
    if (depth < 0) return false;
    before = token;
  }
  return depth === 0 && !wantsId && before !== 'WITH';
}

function fits(token: string, wantsId: boolean): boolean {
  if (wantsId) return token === '(' || IDS.has(token);
  return token === ')' || token === 'WITH' || OPERATORS.has(token);
}
