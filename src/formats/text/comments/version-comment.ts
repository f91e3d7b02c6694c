/**
 * Comments that name the version of a pinned commit, as in `# v4.2.1`. The version stands first,
 * because other tools that update pins read it there; the text of an existing comment stays behind
 * it.
 */

/**
 * A version at the beginning of a comment, as people and update tools write it: `v4.2.1`, `tag=v4`,
 * `pin @v4.2.1`.
 */
const VERSION =
  /^(?<lead>#[ \t]*(?:pin[ \t]+|tag[ \t]*[=:][ \t]*|frozen:[ \t]*|ratchet:[^\s@]*)?@?)(?<version>v\d[\w.+-]*|\d+\.[\w.+-]*|\d+(?=\s*$))(?=\s|$)/u;

/** Returns the version that a comment names; `comment` begins with `#`. */
export function versionInComment(comment: string): string | undefined {
  return VERSION.exec(comment)?.groups?.['version'];
}

/**
 * Returns a comment that names `version`. An existing version is replaced, other text stays behind
 * the new one.
 *
 * @param comment The existing comment from `#` on, or an empty text.
 * @param label Text in front of the version, as in `frozen: ` of pre-commit.
 */
export function commentWithVersion(comment: string, version: string, label = ''): string {
  const found = VERSION.exec(comment);
  if (found?.groups !== undefined) {
    const { lead = '# ' } = found.groups;
    return `${lead}${version}${comment.slice(found[0].length)}`;
  }
  const rest = comment.replace(/^#[ \t]*/u, '');
  return `# ${label}${version}${rest === '' ? '' : ` ${rest}`}`;
}
