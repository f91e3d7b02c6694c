/**
 * The identity of an archive whose manifest has it in sections of packages only, as axis 1.4 does.
 *
 * Source: Java SE, "Package Versioning Specification": the `Implementation-*` and `Specification-*`
 * attributes of a section whose `Name` is a directory describe the Java package in it.
 */

import type { JarManifest, ManifestSection } from './jar-manifest.ts';

const VERSION = 'implementation-version';
const VERSIONS = [VERSION, 'bundle-version', 'plugin-version', 'specification-version'];
const KEPT = /^(?:implementation|specification)-/;
/** A directory with the path of a Java package of at least two names. */
const JAVA_PACKAGE = /^[a-z_][\w-]*(?:\/[a-z_][\w-]*)+\/?$/;
const EXTENSION_NAME = 'extension-name';

/**
 * Returns the main attributes; without a version there and in the file's name, with those of the
 * sections that describe Java packages, if all of these give the same version. The first package
 * stands for the name of the extension.
 */
export function identityAttributes(
  { main, entries }: JarManifest,
  isVersionInName: boolean,
): ReadonlyMap<string, string> {
  const { attributes } = main;
  if (isVersionInName || VERSIONS.some((key) => attributes.has(key))) return attributes;
  const sections = entries.filter(
    (section) => section.attributes.has(VERSION) && JAVA_PACKAGE.test(section.name ?? ''),
  );
  const [first] = sections;
  const versions = new Set(sections.map((section) => section.attributes.get(VERSION)));
  return first === undefined || versions.size !== 1 ? attributes : merged(attributes, first);
}

function merged(
  attributes: ReadonlyMap<string, string>,
  section: ManifestSection,
): ReadonlyMap<string, string> {
  const stated = [...section.attributes].filter(([key]) => KEPT.test(key));
  const name = (section.name ?? '').replace(/\/$/, '').replaceAll('/', '.');
  return new Map([[EXTENSION_NAME, name], ...stated, ...attributes]);
}
