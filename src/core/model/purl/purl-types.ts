/**
 * Requirements of each registered package-URL type beyond the general rules: which components are
 * required or forbidden, which are written in lower case, which characters a component may have.
 *
 * Source: the type definitions registered with ECMA-427 (package-url/purl-spec,
 * `types/*-definition.json`). A type that is not listed here follows the general rules only. Where
 * a definition calls the namespace required and its own examples leave it out (rpm, huggingface),
 * or the whole ecosystem does (`pkg:golang/stdlib`), it is optional here.
 */

/** The components that type rules speak of, decoded. */
export interface TypedComponents {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly version: string | undefined;
  readonly qualifiers: ReadonlyMap<string, string>;
  readonly subpath: string | undefined;
}

/** Rules of one type; what is absent is not restricted. */
export interface PurlTypeRules {
  readonly namespace?: 'required' | 'prohibited';
  /** Components whose canonical form is lower case. */
  readonly lowercase?: readonly ('namespace' | 'name' | 'version' | 'subpath')[];
  /** Rewrites further into the canonical form, after {@link PurlTypeRules.lowercase}. */
  readonly normalize?: (parts: TypedComponents) => TypedComponents;
  /** Qualifiers without which the package is not identified. */
  readonly requiredQualifiers?: readonly string[];
  /** The canonical name must match. */
  readonly namePattern?: RegExp;
  /** The canonical version, where there is one, must match. */
  readonly versionPattern?: RegExp;
  /**
   * The name is a path on a host: it keeps its slashes, and the namespace is the first segment
   * only.
   */
  readonly hasPathName?: boolean;
  /**
   * Keys in upper case are refused, as clause 5.6.6 says, and not lowercased as parsers of other
   * types do.
   */
  readonly hasStrictKeys?: boolean;
}

const NO_NAMESPACE: PurlTypeRules = { namespace: 'prohibited' };
const LOWER_PATH: PurlTypeRules = { namespace: 'required', lowercase: ['namespace', 'name'] };
const LOWER_OPTIONAL_PATH: PurlTypeRules = { lowercase: ['namespace', 'name'] };

/** Git hosts that fold case, as the types `github` and `bitbucket` do. */
const CASE_FOLDING_GIT_HOSTS: ReadonlySet<string> = new Set([
  'github',
  'github.com',
  'bitbucket',
  'bitbucket.org',
]);
const DATABRICKS_HOST = /^(?:https?:\/\/)?[^/]*\bdatabricks\b/i;
const GUID = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i;

const TYPES: ReadonlyMap<string, PurlTypeRules> = new Map<string, PurlTypeRules>([
  ['alpm', LOWER_PATH],
  ['apk', LOWER_PATH],
  ['bazel', NO_NAMESPACE],
  ['bitbucket', LOWER_PATH],
  ['bitnami', { namespace: 'prohibited', lowercase: ['name'] }],
  ['brew', LOWER_OPTIONAL_PATH],
  ['cargo', NO_NAMESPACE],
  [
    'chrome-extension',
    {
      namespace: 'prohibited',
      lowercase: ['name'],
      namePattern: /^[a-z]{32}$/,
      versionPattern: /^\d+(?:\.\d+){0,3}$/,
    },
  ],
  ['cocoapods', { namespace: 'prohibited', namePattern: /^[^\s+.][^\s+]*$/ }],
  ['composer', LOWER_PATH],
  ['conda', NO_NAMESPACE],
  ['cpan', { normalize: upperCaseAuthor, namePattern: /^(?:[^:]|:(?!:))+$/ }],
  ['cran', NO_NAMESPACE],
  ['deb', LOWER_PATH],
  ['gem', NO_NAMESPACE],
  ['git', { namespace: 'required', hasPathName: true, normalize: foldGitHost }],
  ['github', LOWER_PATH],
  ['hackage', { namespace: 'prohibited', normalize: kebabName }],
  ['hex', LOWER_OPTIONAL_PATH],
  ['huggingface', { lowercase: ['version'] }],
  ['julia', { namespace: 'prohibited', requiredQualifiers: ['uuid'] }],
  ['luarocks', LOWER_OPTIONAL_PATH],
  ['maven', { namespace: 'required' }],
  ['mlflow', { namespace: 'prohibited', normalize: foldDatabricksName }],
  // npm allows no @ but that of a scope, which tools write into the name as well
  // (`%40scope%2Fname`); another one hides the version behind it.
  ['npm', { namePattern: /^@?[^@]*$/ }],
  ['nuget', NO_NAMESPACE],
  ['oci', { namespace: 'prohibited', lowercase: ['name', 'version'] }],
  ['opam', NO_NAMESPACE],
  ['otp', { namespace: 'prohibited', lowercase: ['name', 'subpath'] }],
  [
    'pub',
    {
      namespace: 'prohibited',
      lowercase: ['name'],
      normalize: underscoreName,
      namePattern: /^[a-z0-9_]+$/,
    },
  ],
  ['pypi', { namespace: 'prohibited', lowercase: ['name', 'version'], normalize: dashName }],
  ['qpkg', { namespace: 'required', lowercase: ['namespace'] }],
  ['rpm', { lowercase: ['namespace'], hasStrictKeys: true }],
  ['swid', { requiredQualifiers: ['tag_id'], normalize: lowerCaseTagId }],
  ['swift', { namespace: 'required' }],
  ['vcpkg', NO_NAMESPACE],
  ['vscode-extension', { namespace: 'required', lowercase: ['namespace', 'name', 'version'] }],
  ['yocto', { lowercase: ['namespace'] }],
]);

const GENERAL: PurlTypeRules = {};

/** Returns the rules of a type in lower case; the empty rules for one that is not registered. */
export function purlTypeRules(type: string): PurlTypeRules {
  return TYPES.get(type) ?? GENERAL;
}

/** Returns the canonical form of decoded components, as far as the type asks for it. */
export function normalizeForType(rules: PurlTypeRules, parts: TypedComponents): TypedComponents {
  const { lowercase = [] } = rules;
  const lowered = lowercase.length === 0 ? parts : inLowerCase(parts, lowercase);
  return rules.normalize?.(lowered) ?? lowered;
}

function inLowerCase(
  parts: TypedComponents,
  lowercase: NonNullable<PurlTypeRules['lowercase']>,
): TypedComponents {
  const lower = <T extends string | undefined>(
    component: (typeof lowercase)[number],
    value: T,
  ): T | string => (value && lowercase.includes(component) ? value.toLowerCase() : value);
  return {
    namespace: lower('namespace', parts.namespace),
    name: lower('name', parts.name),
    version: lower('version', parts.version),
    qualifiers: parts.qualifiers,
    subpath: lower('subpath', parts.subpath),
  };
}

/**
 * Returns the violation of the type's rules by canonical components, as the end of a sentence, or
 * `undefined` if there is none.
 */
export function typeViolation(rules: PurlTypeRules, parts: TypedComponents): string | undefined {
  if (rules.namespace === 'required' && parts.namespace === undefined) {
    return 'needs a namespace';
  }
  if (rules.namespace === 'prohibited' && parts.namespace !== undefined) {
    return `has no namespace, but "${parts.namespace}" is given`;
  }
  if (rules.namePattern?.test(parts.name) === false) {
    return `does not allow the name "${parts.name}"`;
  }
  if (parts.version !== undefined && rules.versionPattern?.test(parts.version) === false) {
    return `does not allow the version "${parts.version}"`;
  }
  const missing = rules.requiredQualifiers?.find((key) => !parts.qualifiers.has(key));
  return missing === undefined ? undefined : `needs the qualifier "${missing}"`;
}

/** Writes the author's id in upper case, as CPAN does. */
function upperCaseAuthor(parts: TypedComponents): TypedComponents {
  return { ...parts, namespace: parts.namespace?.toUpperCase() };
}

function foldGitHost(parts: TypedComponents): TypedComponents {
  const host = parts.namespace?.toLowerCase();
  if (host === undefined || !CASE_FOLDING_GIT_HOSTS.has(host)) return parts;
  return { ...parts, namespace: host, name: parts.name.toLowerCase() };
}

function kebabName(parts: TypedComponents): TypedComponents {
  return { ...parts, name: parts.name.replaceAll(/[ _]/g, '-') };
}

/** Folds the case of model names for Databricks, and not for Azure. */
function foldDatabricksName(parts: TypedComponents): TypedComponents {
  const repository = parts.qualifiers.get('repository_url');
  if (repository === undefined || !DATABRICKS_HOST.test(repository)) return parts;
  return { ...parts, name: parts.name.toLowerCase() };
}

function underscoreName(parts: TypedComponents): TypedComponents {
  return { ...parts, name: parts.name.replaceAll(/[^a-z0-9_]/g, '_') };
}

function dashName(parts: TypedComponents): TypedComponents {
  return { ...parts, name: parts.name.replaceAll('_', '-') };
}

function lowerCaseTagId(parts: TypedComponents): TypedComponents {
  const tagId = parts.qualifiers.get('tag_id');
  if (tagId === undefined || !GUID.test(tagId)) return parts;
  const qualifiers = new Map(parts.qualifiers).set('tag_id', tagId.toLowerCase());
  return { ...parts, qualifiers };
}
