/**
 * What a project of Mix asks for, as far as `mix.exs` tells it: it is a program of Elixir, and what it computes is not known.
 * Source: the Mix documentation, "mix deps", "Dependency definition options".
 */

/** `{:name, "~> 1.0", …}` and `{:name, github: …}`, to the end of the tuple. */
const ASKED =
  /\{\s{0,100}:(?<name>[a-z][a-zA-Z0-9_]{0,200}),\s{0,100}(?:"\s{0,10}[~<>=!\d]|(?:git|github|hex):)(?<rest>[^{}]{0,2000})/g;
const FOLDER = /\b(?:path|in_umbrella):/;
/** In keywords, and as an atom where a program puts them together. */
const ANY_FOLDER = /\b(?:path|in_umbrella|apps_path):|:(?:path|in_umbrella|apps_path)\b/;
const APPLICATION = /\bapp:\s{0,100}:(?<name>[a-z][a-zA-Z0-9_]{0,200})/g;
const COMMENT = /^[ \t]*#.*$/gm;

/** Names of the dependencies, without folders of the project. */
export function* requiredApplications(bytes: Uint8Array): Generator<string> {
  const text = new TextDecoder().decode(bytes).replaceAll(COMMENT, '');
  for (const { groups } of text.matchAll(ASKED)) {
    if (!FOLDER.test(groups?.['rest'] ?? '')) yield groups?.['name'] ?? '';
  }
}

/** What the project is itself, and whether any of its dependencies are folders, as far as the text tells. */
export function ownApplications(bytes: Uint8Array): {
  readonly names: ReadonlySet<string>;
  readonly hasFolders: boolean;
} {
  const text = new TextDecoder().decode(bytes).replaceAll(COMMENT, '');
  const names = [...text.matchAll(APPLICATION)].map(({ groups }) => groups?.['name'] ?? '');
  return { names: new Set(names), hasFolders: ANY_FOLDER.test(text) };
}
