/**
 * From what a document says to packages, whatever its format.
 *
 * A component with a package URL is a package. Its ecosystem, name and version are what the URL
 * says; a URL of an ecosystem that Assay does not know is counted by type, and so is software
 * without one: nothing can be matched, which could hide findings. Other components (files,
 * platforms) are no packages: notes. The first component of the type `operating-system` is the
 * system; without one it is the system that most package URLs name. Packages that name another
 * release than the system's are left out and counted, because the system's advisories do not speak
 * of them. A component for the purpose SOURCE is the source of others and no part of the artifact if
 * it has no package URL, or one of no ecosystem or of a source package; the purpose alone hides no
 * package.
 */

import { redact } from '../../../core/base/redact.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import {
  PackageUrlError,
  parsePackageUrl,
  type PackageUrl,
} from '../../../core/model/purl/purl.ts';
import { NO_SOURCE_PACKAGES_NOTE } from '../../../core/model/package/missing-source-packages.ts';
import { ecosystemOfPurl, packageVersionOf } from '../../../core/model/purl/purl-package.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import { toCataloged } from './component.ts';
import { readSbomGraph } from './dependency-graph.ts';
import {
  chooseDistro,
  isDistroPackage,
  withoutDistroQualifier,
  type SystemPackage,
} from './document-distro.ts';
import { reportUnlisted } from './unlisted-packages.ts';
import { UnmappedComponents } from './unmapped-components.ts';
import { assayEcosystem, toAssayCataloged } from './assay-component.ts';
import { addAssayGaps } from './assay-gaps.ts';
import type { SbomComponent, SbomDocument } from './sbom-document.ts';
import { isNameMismatch, nameMismatchText } from './name-mismatch.ts';
import { isVersionMismatch, versionMismatchText } from './version-mismatch.ts';

/** The type of a component for the purpose SOURCE of SPDX. */
const SOURCE = 'source';
/** Architectures of source packages of systems in package URLs: of deb and of rpm. */
const SOURCE_ARCHITECTURES: ReadonlySet<string> = new Set(['source', 'src']);

/**
 * Adds the document's packages to the result. @returns the system that it is about, where it says.
 */
export function addPackages(document: SbomDocument, result: CatalogBuilder): Distro | undefined {
  const packages = findPackages(document, result);
  const systems = document.components.filter(({ type }) => type === 'operating-system');
  // The namespace of a document of Assay's that names no system stands for none.
  const others = packages.filter(({ component }) => assayEcosystem(component) === undefined);
  const system = chooseDistro(systems, others, result);
  const rows = new Map<SbomComponent, CatalogedPackage>();
  const strangers = new UnmappedComponents();
  for (const found of packages) {
    if (system !== undefined && found.purl !== undefined && !isDistroPackage(found, system)) {
      strangers.addStranger(found.purl);
      continue;
    }
    const pkg = found.toCataloged(document.isOfInstalled);
    rows.set(found.component, withoutDistroQualifier(pkg, found.purl, system));
  }
  strangers.addTo(result);
  if (document.leavesEqualSourcesOut !== true && namesNoSources([...rows.values()])) {
    result.note(NO_SOURCE_PACKAGES_NOTE);
  }
  addWithGraph(document, rows, result);
  reportUnlisted(document, result);
  return system;
}

/** Returns whether there are packages of a system, and none of them has a source package. */
function namesNoSources(packages: readonly CatalogedPackage[]): boolean {
  const ofSystem = packages.filter(
    ({ ecosystem }) => ecosystem !== undefined && ECOSYSTEMS[ecosystem].kind === 'os',
  );
  return ofSystem.length > 0 && ofSystem.every(({ source }) => source === undefined);
}

interface FoundPackage extends SystemPackage {
  readonly component: SbomComponent;
  toCataloged(isOfInstalled: boolean): CatalogedPackage;
}

function findPackages(document: SbomDocument, result: CatalogBuilder): readonly FoundPackage[] {
  const packages: FoundPackage[] = [];
  const leftovers = new UnmappedComponents();
  const subjects: PackageUrl[] = [];
  let sourceCount = 0;
  for (const component of document.components) {
    addAssayGaps(component, result);
    if (isOnlySource(component)) {
      result.note(`no part of the thing, but its source: ${component.name}`);
      sourceCount += 1;
      continue;
    }
    const found = findPackage(component, { leftovers, subjects }, result);
    if (found !== undefined) packages.push(found);
  }
  // A document about one thing that Assay does not know, and of nothing inside, hides that thing.
  if (subjects.length === document.components.length - sourceCount) {
    for (const purl of subjects) leftovers.addUnknown(purl);
  }
  leftovers.addTo(result);
  return packages;
}

function findPackage(
  component: SbomComponent,
  {
    leftovers,
    subjects,
  }: { readonly leftovers: UnmappedComponents; readonly subjects: PackageUrl[] },
  result: CatalogBuilder,
): FoundPackage | undefined {
  const { type, name, line, isSubject } = component;
  const own = assayEcosystem(component);
  if (component.purl === '' && own === undefined) {
    if (!isSubject && type !== 'operating-system') leftovers.addUnnamed(component);
    if (name === '') result.unreadableRow(type, { reason: 'a component without name', line });
    return undefined;
  }
  const purl = component.purl === '' ? undefined : parseOrExplain(component, result);
  if (isSubject && purl !== undefined) result.project(component.purl);
  const ecosystem = own ?? (purl && ecosystemOf(component, purl));
  if (ecosystem !== undefined) noteContradictions(component, ecosystem, purl, result);
  if (own !== undefined) {
    return {
      component,
      purl,
      ecosystem: own,
      toCataloged: () => toAssayCataloged(component, own, purl),
    };
  }
  if (purl === undefined) return undefined;
  if (ecosystem === undefined) {
    // What the document is about was looked into; it is no package that hides something.
    if (isSubject) subjects.push(purl);
    else leftovers.addUnknown(purl);
    return undefined;
  }
  const read = { component, purl, ecosystem };
  return { ...read, toCataloged: (isOfInstalled) => toCataloged(read, isOfInstalled) };
}

/** Returns whether a component is the source of others, and no package that advisories name. */
function isOnlySource(component: SbomComponent): boolean {
  if (component.type !== SOURCE || assayEcosystem(component) !== undefined) return false;
  const purl = validPurl(component.purl);
  if (purl === undefined) return component.purl === '';
  const isSourcePackage = SOURCE_ARCHITECTURES.has(purl.qualifiers.get('arch') ?? '');
  return isSourcePackage || ecosystemOf(component, purl) === undefined;
}

function validPurl(text: string): PackageUrl | undefined {
  try {
    return parsePackageUrl(text);
  } catch (error) {
    if (!(error instanceof PackageUrlError)) throw error;
    return undefined;
  }
}

/**
 * syft writes actions of workflows as repositories (`pkg:github/actions/checkout`), and their kind
 * in a property.
 */
function ecosystemOf({ properties }: SbomComponent, purl: PackageUrl): Ecosystem | undefined {
  const isAction = properties.get('syft:package:type')?.startsWith('github-action') === true;
  return purl.type === 'github' && isAction ? 'githubactions' : ecosystemOfPurl(purl);
}

function noteContradictions(
  component: SbomComponent,
  ecosystem: Ecosystem,
  purl: PackageUrl | undefined,
  result: CatalogBuilder,
): void {
  const { line } = component;
  const stated = packageVersionOf(purl?.type ?? '', component.version);
  const inUrl = packageVersionOf(purl?.type ?? '', purl?.version ?? '');
  if (isVersionMismatch(ecosystem, stated, inUrl)) {
    result.note(versionMismatchText(component, stated, inUrl), line);
  }
  if (purl !== undefined && isNameMismatch(component, purl)) {
    result.note(nameMismatchText(component, purl), line);
  }
}

function parseOrExplain(
  { purl, line }: SbomComponent,
  result: CatalogBuilder,
): PackageUrl | undefined {
  try {
    // An address in it may have an @ and a ? of its own, at which it would be cut.
    return parsePackageUrl(purl.includes('_url=') ? redact(purl) : purl);
  } catch (error) {
    if (!(error instanceof PackageUrlError)) throw error;
    result.unreadableRow(purl, { reason: 'no valid package URL', line });
    return undefined;
  }
}

function addWithGraph(
  document: SbomDocument,
  rows: ReadonlyMap<SbomComponent, CatalogedPackage>,
  result: CatalogBuilder,
): void {
  const graph = readSbomGraph(document, rows);
  for (const [component, pkg] of rows) {
    const dependsOn = graph.dependsOn(component);
    const isOfLanguage = pkg.ecosystem !== undefined && ECOSYSTEMS[pkg.ecosystem].kind !== 'os';
    // A document of Assay's states for each package whether this is known.
    const isTold = assayEcosystem(component) !== undefined || !isOfLanguage;
    const relationship = isTold ? undefined : graph.relationship(component);
    result.add({
      ...pkg,
      ...(dependsOn.length > 0 && { dependsOn }),
      ...(relationship !== undefined && { relationship }),
    });
  }
}
