/**
 * What a project of Mix asks for, as far as `mix.exs` tells it: it is a program of Elixir, and what it computes is not known.
 * Source: the Mix documentation, "mix deps", "Dependency definition options".
 */

/** `{:name, "~> 1.0", …}` and `{:name, github: …}`, to the end of the tuple. */
const ASKED =
  /\{\s{0,100}:(?<name>[a-z][a-zA-Z0-9_]{0,200}),\s{0,100}(?:"\s{0,10}[~<>=!\d]|(?:git|github|hex):)(?<rest>[^{}]{0,2000})/g;
const FOLDER = /\b(?:path|in_umbrella):/;
const COMMENT = /^[ \t]*#.*$/gm;

/** Names of the dependencies, without folders of the project. */
export function* requiredApplications(bytes: Uint8Array): Generator<string> {
  const text = new TextDecoder().decode(bytes).replaceAll(COMMENT, '');
  for (const { groups } of text.matchAll(ASKED)) {
    if (!FOLDER.test(groups?.['rest'] ?? '')) yield groups?.['name'] ?? '';
  }
}
