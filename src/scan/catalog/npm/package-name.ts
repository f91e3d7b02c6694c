/**
 * Names that a package of npm can have.
 *
 * Source: npm documentation, "package.json", "name", and `validate-npm-package-name`, which knows
 * of old names that new ones may not have. Refused is what no registry has ever had and no folder
 * of `node_modules` can be: further slashes, `.` and `..`, spaces and control characters.
 */

const NAME = /^(?:@(?<scope>[^\s/@\\]+)\/)?(?<base>[^\s/@\\]+)$/;
/** Matches nearly all names; the match is faster than splitting a name. */
const USUAL = /^(?:@[\w-][\w.-]*\/)?[\w-][\w.-]*$/;
const DOTS: ReadonlySet<string | undefined> = new Set(['.', '..']);

/** The reason given for a row whose name npm does not allow. */
export const INVALID_NAME_MESSAGE = 'no name that a package of npm can have';

/**
 * Returns whether npm could install a package of this name. Names from before today's rules, with
 * capitals, are allowed.
 */
export function isPackageName(name: string): boolean {
  if (USUAL.test(name)) return true;
  const groups = NAME.exec(name)?.groups;
  return groups !== undefined && !DOTS.has(groups['scope']) && !DOTS.has(groups['base']);
}
