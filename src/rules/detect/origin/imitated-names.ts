/** Names of packages, actions and images that imitate well-known ones. */

import { ECOSYSTEMS } from '../../../core/model/package/ecosystem.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import {
  findImitation,
  type ComparedNames,
  type Imitation,
} from '../../../trust/names/imitation.ts';
import { loadNames } from '../../../trust/names/load-names.ts';
import type { NameSpace } from '../../../trust/names/name-form.ts';
import { isOwnedName } from '../../../trust/trust-file/decisions.ts';
import { imageNameOf } from '../image-name.ts';
import { draftOf } from '../rule-draft.ts';
import { IMITATED_NAME } from './name-rules.ts';
import type { RegistryFact } from './registry-fact.ts';
import { describe, factKey } from './registry-facts.ts';
import type { OriginSettings } from './settings.ts';
import type { PackageUse, SourceUse } from './use.ts';

/** Kinds of names by the files that have them. */
const SPACES: readonly (readonly [RegExp, readonly NameSpace[]])[] = [
  [
    /\/(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|deno\.lock)$/u,
    ['npm'],
  ],
  [
    /\/(?:(?:poetry|uv|pdm|Pipfile)\.lock|Pipfile|pyproject\.toml|pylock[^/]*\.toml)$|\/(?:requirements|constraints)[^/]*(?:\/[^/]+)?\.(?:txt|in)$/u,
    ['pypi'],
  ],
  [/\/(?:Gemfile(?:\.lock)?|gems\.(?:rb|locked))$/u, ['rubygems']],
  [/\/Cargo\.(?:toml|lock)$/u, ['cargo']],
  [/\/go\.mod$/u, ['go']],
  [/\/(?:pom\.xml|(?:build|settings)\.gradle(?:\.kts)?)$/u, ['maven']],
  [/\/(?:packages\.lock\.json|Directory\.\w+\.props)$|\.(?:cs|fs|vb)proj$/u, ['nuget']],
  [/\/workflows\/[^/]+\.ya?ml$|\/action\.ya?ml$/u, ['githubactions', 'image']],
  [
    /(?:Docker|Container)file|\/(?:docker-)?compose\.ya?ml$|\.(?:docker|container)file$/iu,
    ['image'],
  ],
];
const loaded = new Map<NameSpace, ComparedNames>();

/** Loads the lists of well-known names that a file is compared with. */
export async function prepareNames(path: string): Promise<void> {
  for (const space of SPACES.find(([pattern]) => pattern.test(path))?.[1] ?? []) {
    if (loaded.has(space)) continue;
    const names = await loadNames(space);
    if (names !== undefined) loaded.set(space, names);
  }
}

/**
 * Compares each name of a file once. Lists that {@link prepareNames} has not loaded are not
 * compared.
 */
export function judgeNames(
  path: string,
  uses: readonly SourceUse[],
  { trust, facts }: Pick<OriginSettings, 'trust' | 'facts'>,
): readonly RuleDraft[] {
  const seen = new Set<string>();
  return uses.flatMap((use): readonly RuleDraft[] => {
    const named = namedIn(use, trust);
    if (named === undefined) return [];
    const { space, name } = named;
    const key = `${space} ${name}`;
    const names = loaded.get(space);
    if (names === undefined || seen.has(key)) return [];
    seen.add(key);
    const found = findImitation(name, names);
    if (found === undefined) return [];
    const location = { path, layer: 0, line: use.line };
    const known = knownOf(use.kind === 'package' ? facts?.get(factKey(use)) : undefined);
    const message = `${messageOf(name, found, space)} ${known}`;
    return [draftOf(IMITATED_NAME, { message, names: [space, name, found.neighbor], location })];
  });
}

function namedIn(
  use: SourceUse,
  trust: OriginSettings['trust'],
): { readonly space: NameSpace; readonly name: string } | undefined {
  if (use.kind === 'image') {
    const image = imageNameOf(use.reference);
    return image && { space: 'image', name: `${image.domain}/${image.path}` };
  }
  if (use.kind !== 'package' || use.isAnsweredByLock === true || !isFromRegistry(use)) {
    return undefined;
  }
  const { ecosystem, name } = use;
  const rules = trust?.packages.get(ecosystem);
  if (rules !== undefined && isOwnedName(rules, ecosystem, name)) return undefined;
  return { space: ecosystem, name };
}

/** Actions and modules of Go come from repositories that their name is the address of. */
function isFromRegistry({ ecosystem, from }: PackageUse): boolean {
  return from === 'registry' || from === 'unnamed' || /^(?:go|githubactions)$/u.test(ecosystem);
}

function messageOf(name: string, { neighbor, space, edit }: Imitation, own: NameSpace): string {
  const label = labelOf(space);
  if (edit === 'name of another registry') {
    return `"${name}" is the name of a well-known package of ${label}, and it comes from the registry of ${labelOf(own)}.`;
  }
  const kind = space === 'image' ? 'image' : 'package';
  return `"${name}" is nearly "${neighbor}", a well-known ${kind}${space === 'image' ? '' : ` of ${label}`} (${edit}).`;
}

/** Age and owners of the name, where a registry was asked. */
function knownOf(fact: RegistryFact | undefined): string {
  if (fact?.kind === 'absent') return `The registry ${fact.registry} does not have it.`;
  if (fact?.kind === 'present') return `The registry ${fact.registry} has it: ${describe(fact)}.`;
  const why =
    fact?.kind === 'failed' ? `${fact.registry}: ${fact.message}` : 'no registry was asked';
  return `Its age and its owners are not known (${why}).`;
}

function labelOf(space: NameSpace): string {
  return space === 'image' ? 'images' : ECOSYSTEMS[space].label;
}
