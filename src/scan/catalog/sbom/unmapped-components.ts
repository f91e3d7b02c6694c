/**
 * Components that become no package, counted so that a document of thousands says it in a few
 * lines.
 */

import { pluralize } from '../../../core/base/pluralize.ts';
import type { PackageUrl } from '../../../core/model/purl/purl.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import type { SbomComponent } from './sbom-document.ts';

/** Types of components that are software; the rest are files, devices, data. */
const SOFTWARE: ReadonlySet<string> = new Set(['application', 'framework', 'library']);
/** Lists of packages, under whose name tools put what they found in them. */
const LIST_NAME = /\.(?:gradle|json|lock|lockfile|mod|sum|toml|txt|xml|ya?ml)$/i;
/**
 * Trivy's property names for the headings of its package lists; before 0.50 it marked them in SPDX
 * by the id alone.
 */
const HEADING_PROPERTIES = ['Class', 'Type'];
const HEADING_ID = /^SPDXRef-Application/;

/** Number of names in a message; further ones are only counted. */
const MAX_NAMED = 3;
/** A hostile document could name a million types; after these the rest is counted together. */
const MAX_TYPES = 50;
const OTHERS = 'other types';
const MAX_QUOTED = 80;

interface Tally {
  count: number;
  readonly names: string[];
}

/**
 * Counts the components that cannot be compared with advisories, and reports them in one
 * diagnostic for each reason.
 */
export class UnmappedComponents {
  readonly #unknown = new Map<string, Tally>();
  readonly #strangers = new Map<string, Tally>();
  readonly #unnamed: Tally = { count: 0, names: [] };
  readonly #otherThings = new Map<string, Tally>();

  /** Adds a package of an unknown ecosystem. */
  addUnknown({ type, name }: PackageUrl): void {
    count(this.#unknown, type, name);
  }

  /** Adds a package of another system than the document's. */
  addStranger({ name, namespace = '', qualifiers }: PackageUrl): void {
    count(this.#strangers, qualifiers.get('distro') ?? namespace, name);
  }

  /**
   * Adds a component without a package URL. Software could be vulnerable, whether or not its
   * version is stated; headings above lists are no software.
   */
  addUnnamed(component: SbomComponent): void {
    const { type, name, version } = component;
    if (SOFTWARE.has(type) && !isHeading(component)) {
      addTo(this.#unnamed, version === '' ? name : `${name} ${version}`);
    } else count(this.#otherThings, type === '' ? 'no type' : type, name);
  }

  addTo(result: CatalogBuilder): void {
    for (const [type, tally] of this.#unknown) {
      const which = type === OTHERS ? type : `type "${type}"`;
      result.gap(
        'noAdvisoryData',
        `Assay knows no advisories for package URLs of ${which}: ` +
          `${textOf(tally, 'package')} could not be matched`,
      );
    }
    for (const [system, tally] of this.#strangers) {
      const which = system === OTHERS ? 'other systems' : `"${system}"`;
      result.gap(
        'unknownSystem',
        `left out, as the document speaks of another system: ${textOf(tally, 'package')} of ${which}`,
      );
    }
    if (this.#unnamed.count > 0) {
      const text = textOf(this.#unnamed, 'component');
      result.gap('noAdvisoryData', `without a package URL, so not matched: ${text}`);
    }
    for (const [type, { count }] of this.#otherThings) {
      const which = type === OTHERS ? type : `the type "${type}"`;
      result.note(`no packages: ${pluralize(count, 'component')} of ${which}`);
    }
  }
}

/**
 * Returns whether it is an application without a version that only stands above what was found in a
 * file.
 */
function isHeading({ type, name, version, ref = '', properties }: SbomComponent): boolean {
  if (version !== '') return false;
  if (HEADING_ID.test(ref)) return true;
  if (type !== 'application') return false;
  return LIST_NAME.test(name) || HEADING_PROPERTIES.some((key) => properties.has(key));
}

function count(tallies: Map<string, Tally>, wanted: string, name: string): void {
  const key = tallies.has(wanted) || tallies.size < MAX_TYPES ? wanted : OTHERS;
  const tally = tallies.get(key) ?? { count: 0, names: [] };
  tallies.set(key, tally);
  addTo(tally, name);
}

function addTo(tally: Tally, name: string): void {
  tally.count += 1;
  if (tally.names.length < MAX_NAMED && !tally.names.includes(name)) tally.names.push(name);
}

/** Returns a summary, as in `4 packages (a, b, c and 1 more)`. */
function textOf({ count, names }: Tally, what: string): string {
  const shown = names.map((name) => name.slice(0, MAX_QUOTED)).join(', ');
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  return `${pluralize(count, what)} (${shown}${more})`;
}
