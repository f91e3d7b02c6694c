/**
 * Questions to the registries that the user has configured: whether they have the names of private
 * packages, and how old names are that imitate others. Each name is asked for once in a run. Names
 * that the trust file lists as owned are never sent.
 *
 * Only the configuration of the user counts, not that of the tree: what is judged does not choose
 * the judge.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError, errorMessage } from '../../../core/base/errors.ts';
import { inParallel } from '../../../core/base/parallel.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import type { RegistryFact, RegistryFacts } from '../../../rules/detect/origin/registry-fact.ts';
import { factKey, hostOf, privateSource } from '../../../rules/detect/origin/registry-facts.ts';
import type { OriginSettings } from '../../../rules/detect/origin/settings.ts';
import type { PackageUse, SourceUse } from '../../../rules/detect/origin/use.ts';
import { readIntegrity } from '../../../formats/crypto/digest/package-digests.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { Environment } from '../../../core/model/artifact/environment.ts';
import { findImitation, type ComparedNames } from '../../../trust/names/imitation.ts';
import { loadNames } from '../../../trust/names/load-names.ts';
import { canonicalName } from '../../../trust/names/name-form.ts';
import { loadNpmConfig } from '../../../clients/package-index/npm-config.ts';
import { createNpmRegistry } from '../../../clients/package-index/npm-registry.ts';
import { loadPipConfig } from '../../../clients/package-index/pip-config.ts';
import { createPythonIndexes } from '../../../clients/package-index/simple-index.ts';
import { isOwnedName } from '../../../trust/trust-file/decisions.ts';

/** What was asked, and what was not. */
export interface AskedRegistries {
  readonly facts: RegistryFacts;
  /** Sentences about what was not asked, without a full stop. */
  readonly notes: readonly string[];
}

/** Whom to ask. */
export interface RegistryQuestion {
  readonly trust: OriginSettings['trust'];
  readonly env: Environment;
}

const ASKED = ['npm', 'pypi'] as const;
type Asked = (typeof ASKED)[number];
/** A tree with more private names than this has a mirror; the rest is a gap. */
const MAX_NAMES = 500;
const AT_ONCE = 8;

/**
 * Looks names up. @throws AssayError `CONFIG_INVALID` for a configuration that cannot be read,
 * `INTERRUPTED`
 */
export async function askRegistries(
  uses: readonly SourceUse[],
  { trust, env }: RegistryQuestion,
  context: Context,
): Promise<AskedRegistries> {
  const facts = new Map<string, RegistryFact>();
  const notes: string[] = [];
  for (const ecosystem of ASKED) {
    const names = await loadNames(ecosystem);
    const asked = names === undefined ? [] : questions(uses, { ecosystem, trust, names });
    if (asked.length === 0) continue;
    const lookUp =
      context.fetch === undefined ? undefined : await clientOf(ecosystem, env, context);
    if (lookUp === undefined) {
      const why =
        context.fetch === undefined ? '--offline' : 'no registry of yours is configured for them';
      notes.push(
        `not asked: whether a registry has ${pluralize(asked.length, 'name')} of ${ecosystem}, too, and how old they are; the first is "${asked[0]?.name ?? ''}" (${why})`,
      );
      continue;
    }
    await lookUpAll(asked, lookUp, facts);
  }
  return { facts, notes };
}

/** Packages whose names are looked up, once for each version. */
function questions(
  uses: readonly SourceUse[],
  {
    ecosystem,
    trust,
    names,
  }: Pick<RegistryQuestion, 'trust'> & {
    readonly ecosystem: Asked;
    readonly names: ComparedNames;
  },
): readonly PackageUse[] {
  const rules = trust?.packages.get(ecosystem);
  const found = new Map<string, PackageUse>();
  for (const use of uses) {
    if (use.kind !== 'package' || use.ecosystem !== ecosystem) continue;
    if (rules !== undefined && isOwnedName(rules, ecosystem, use.name)) continue;
    if (use.from !== 'registry' && use.from !== 'unnamed') continue;
    const isPrivate =
      privateSource(use, trust) !== undefined &&
      !names.own.known.has(canonicalName(ecosystem, use.name));
    if (isPrivate || findImitation(use.name, names) !== undefined) found.set(factKey(use), use);
  }
  return [...found.values()];
}

/** Answers for one package; `undefined` where there is nothing to ask. */
type LookUp = (use: PackageUse) => Promise<RegistryFact | undefined>;

async function lookUpAll(
  asked: readonly PackageUse[],
  lookUp: LookUp,
  facts: Map<string, RegistryFact>,
): Promise<void> {
  let down: RegistryFact | undefined;
  await inParallel(AT_ONCE, asked.slice(0, MAX_NAMES), async (use) => {
    const fact = down ?? (await lookUp(use));
    // A registry that does not answer is not asked for the rest.
    if (fact?.kind === 'failed') down ??= fact;
    if (fact !== undefined) facts.set(factKey(use), fact);
  });
  const message = `more than ${MAX_NAMES} names would have to be asked for`;
  for (const use of asked.slice(MAX_NAMES)) {
    facts.set(factKey(use), { kind: 'failed', registry: 'registry', message });
  }
}

async function clientOf(
  ecosystem: Asked,
  env: Environment,
  context: Context,
): Promise<LookUp | undefined> {
  return ecosystem === 'npm' ? npmClient(env, context) : pythonClient(env, context);
}

async function npmClient(env: Environment, context: Context): Promise<LookUp | undefined> {
  const config = await loadNpmConfig({ env });
  if (!config.registries().has('registry')) return undefined;
  const client = createNpmRegistry(config, context);
  return async (use) => {
    const registry = config.registryOf(use.name)?.host ?? '';
    return answered(registry, async () => {
      const { name, version, addresses } = use;
      const isOther = hostOf(addresses[0] ?? '') !== registry;
      const digests =
        isOther && version !== undefined ? await client.digestsOf(name, version) : undefined;
      const isSame = hasSame(digests ?? [], use);
      const found = await client.factsOf(name);
      return found && { ...found, ...(isSame && { isSame: true as const }) };
    });
  };
}

async function pythonClient(env: Environment, context: Context): Promise<LookUp | undefined> {
  const config = await loadPipConfig(env);
  const [first] = config.indexes;
  if (first === undefined) return undefined;
  const client = createPythonIndexes({ ...config, indexes: [first] }, context);
  return (use) =>
    answered(first.host, async () => {
      const [project] = await client.projectsOf(use.name);
      if (project === undefined) return undefined;
      const digests = project.files.flatMap((file) => file.digests);
      return hasSame(digests, use) ? { isSame: true as const } : {};
    });
}

type Found = Omit<Extract<RegistryFact, { readonly kind: 'present' }>, 'kind' | 'registry'>;

async function answered(
  registry: string,
  ask: () => Promise<Found | undefined>,
): Promise<RegistryFact> {
  try {
    const found = await ask();
    return found === undefined
      ? { kind: 'absent', registry }
      : { kind: 'present', registry, ...found };
  } catch (error) {
    if (!(error instanceof AssayError) || error.code === 'INTERRUPTED') throw error;
    return { kind: 'failed', registry, message: errorMessage(error) };
  }
}

/** Whether the lockfile has one of the digests. */
function hasSame(digests: readonly Digest[], { integrity = [] }: PackageUse): boolean {
  const locked = new Set<string>(
    integrity.flatMap((one): readonly string[] =>
      one.includes(':') ? [one.toLowerCase()] : readIntegrity(one),
    ),
  );
  return digests.some((digest) => locked.has(digest));
}
