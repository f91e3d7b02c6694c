/**
 * The requests of a `Gemfile` or `gems.rb`, as far as its lines contain them: it is a program of
 * Ruby, and computed requests are unknown. Source: Bundler's documentation, "Gemfile".
 */

/**
 * Matches one gem, with the text behind its name on the line and on those that a comma continues.
 */
const ASKED =
  /^[ \t]*gem[ \t(]{1,20}(?<quote>["'])(?<name>[^"'\s]{1,200})\k<quote>(?<rest>(?:.*,[ \t]*\r?\n){0,20}.*)$/gm;
const FOLDER = /\bpath(?::|["']?\s*=>)/;
const FOR_PLATFORMS = /\b(?:platforms?|install_if)\b/;
const BLOCK_FOR_PLATFORMS = /^[ \t]*(?:(?:platforms?|install_if)\b|group\b.*\bplatforms?\b)/m;

/** Yields the names of the gems, without those of folders. */
export function* requestedGems(bytes: Uint8Array): Generator<string> {
  for (const { name, rest } of gemsIn(bytes)) if (!FOLDER.test(rest)) yield name;
}

/** Yields the names of the gems that are for every platform, so that each lockfile pins them. */
export function* requestedGemsForAllPlatforms(bytes: Uint8Array): Generator<string> {
  if (BLOCK_FOR_PLATFORMS.test(new TextDecoder().decode(bytes))) return;
  for (const { name, rest } of gemsIn(bytes)) if (!FOR_PLATFORMS.test(rest)) yield name;
}

function* gemsIn(bytes: Uint8Array): Generator<{ readonly name: string; readonly rest: string }> {
  for (const { groups } of new TextDecoder().decode(bytes).matchAll(ASKED)) {
    yield { name: groups?.['name'] ?? '', rest: groups?.['rest'] ?? '' };
  }
}
