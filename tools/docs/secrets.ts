/** The table of formats in `docs/secrets.md`. */

import { SECRET_KINDS } from '../../src/rules/detect/secret/secret-rules.ts';
import type { SecretFormat, SecretKind } from '../../src/rules/detect/secret/secret-format.ts';
import { withPart } from './marked-part.ts';

/** Returns the page with its table. */
export function secretsPage(page: string): string {
  const rows = [...SECRET_KINDS].sort((a, b) => (a.id < b.id ? -1 : 1)).map(rowOf);
  return withPart(page, { path: 'docs/secrets.md', name: 'formats' }, [
    `${SECRET_KINDS.length} kinds.`,
    '',
    '| rule | severity | reports | found by | checked | other ids | source |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ]);
}

function rowOf(kind: SecretKind): string {
  const { id, severity, title, aliases = [], source } = kind;
  const { shape, names, check } = kind as Partial<SecretFormat>;
  const foundBy =
    shape === undefined
      ? 'see above'
      : names === undefined
        ? 'its beginning or mark'
        : 'the name and its shape';
  const cells = [
    `secret/${id}`,
    severity,
    title,
    foundBy,
    check ?? '',
    aliases.join(', '),
    source.startsWith('https://') ? `<${source}>` : source,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}
