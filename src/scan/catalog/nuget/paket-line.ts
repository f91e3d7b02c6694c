/**
 * One line of `paket.dependencies`. Source: the Paket documentation, "The paket.dependencies file".
 */

/** The request in a line. */
export interface PaketLine {
  readonly source: 'nuget' | 'github';
  readonly name: string;
  /** The one version that is asked for; empty for none and for ranges. */
  readonly version: string;
  /** The beginning of a range (`>= 1.2`, `~> 1.2`). */
  readonly lowest?: string;
}

/** Comments begin with `//` or `#`; an address has `//` behind a colon. */
const COMMENT = /(?:^|[^:])(?:\/\/|#).*$/;
const NUGET = /^nuget\s+(?<name>[^\s]{1,500})(?<rest>.*)$/;
const GITHUB = /^github\s+(?<name>[^\s:/]{1,200}\/[^\s:]{1,200})(?::(?<reference>\S{1,200}))?/;
const LOWEST = /^\s*(?:>=|~>)\s*(?<version>\d[^\s,<>~=]{0,200})(?:\s|$)/;
const PINNED = /^\s*(?:==?\s*)?(?<version>\d[^\s,<>~=]{0,200})(?:\s+(?![<>~=])|$)/;

/** Returns `undefined` for other lines, such as sources, groups and options. */
export function readPaketLine(line: string): PaketLine | undefined {
  const text = line
    .slice(0, 2000)
    .replace(COMMENT, (match) => (/^[/#]/.test(match) ? '' : match.charAt(0)))
    .trim();
  const nuget = NUGET.exec(text)?.groups;
  if (nuget !== undefined) {
    const version = PINNED.exec(nuget['rest'] ?? '')?.groups?.['version'] ?? '';
    const lowest = LOWEST.exec(nuget['rest'] ?? '')?.groups?.['version'];
    return {
      source: 'nuget',
      name: nuget['name'] ?? '',
      version,
      ...(lowest !== undefined && { lowest }),
    };
  }
  const github = GITHUB.exec(text)?.groups;
  if (github === undefined) return undefined;
  return { source: 'github', name: github['name'] ?? '', version: github['reference'] ?? '' };
}
