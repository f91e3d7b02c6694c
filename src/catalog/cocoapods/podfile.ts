/**
 * What a `Podfile` asks for, as far as its lines tell it: it is a program of Ruby, and what it computes is not known. Source:
 * the CocoaPods guides, "Podfile Syntax Reference".
 */

const ASKED =
  /^[ \t]*pod[ \t(]{1,20}(?<quote>["'])(?<name>[^"'\s]{1,300})\k<quote>(?<rest>(?:.*,[ \t]*\r?\n){0,20}.*)$/gm;
const FOLDER = /\bpath(?::|["']?\s*=>)/;

/** Names of the pods, without those of folders. */
export function* requiredPods(bytes: Uint8Array): Generator<string> {
  for (const { groups } of new TextDecoder().decode(bytes).matchAll(ASKED)) {
    if (!FOLDER.test(groups?.['rest'] ?? '')) yield groups?.['name'] ?? '';
  }
}
