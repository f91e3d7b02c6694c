/** Packages, findings and advisories as columns: most of the cached results of whole artifacts. */

import type { Advisory, Affected, Rating, VersionRange } from '../model/advisory/advisory.ts';
import type { Digest, Location } from '../model/artifact/artifact.ts';
import { EXPLOITED, MALICIOUS_VERSION, status } from './advisory-shapes.ts';
import {
  ecosystem,
  EVIDENCE,
  presence,
  relationship,
  scope,
  severity,
  SOURCE_PACKAGE,
  textMap,
} from './inventory-shapes.ts';
import { flag, oneOf, text } from './shapes.ts';
import {
  listColumn,
  numberColumn,
  objectColumn,
  optionalColumn,
  textColumn,
  dictionaryColumn,
  wordColumn,
  type Column,
  type FieldValues,
} from './columns.ts';
import type { VulnerabilityFinding } from '../model/finding/finding.ts';
import type { Package } from '../model/package/package.ts';

const wordLists = listColumn(wordColumn(text));
const textLists = listColumn(textColumn);

const LOCATIONS = listColumn(
  objectColumn<Location>(
    {
      path: wordColumn(text),
      layer: numberColumn,
      line: optionalColumn(numberColumn),
    },
    locationBuilder,
  ),
);

/** Packages of an inventory as columns. */
export const PACKAGES = objectColumn<Package>(
  {
    id: textColumn,
    ecosystem: wordColumn(ecosystem),
    name: textColumn,
    version: wordColumn(text),
    source: optionalColumn(wordColumn(SOURCE_PACKAGE)),
    qualifiers: wordColumn(textMap),
    presence: wordColumn(presence),
    scope: dictionaryColumn(scope),
    relationship: dictionaryColumn(relationship),
    dependsOn: listColumn(wordColumn(text)),
    licenses: wordLists,
    evidence: wordColumn(EVIDENCE),
    locations: LOCATIONS as Column<Package['locations']>,
    digests: textLists as Column<readonly Digest[]>,
    introducedIn: numberColumn,
    foundBy: wordColumn(text),
    ownedBy: dictionaryColumn(text),
    maintainer: dictionaryColumn(text),
  },
  packageBuilder,
);

/** Vulnerability findings as columns. */
export const FINDINGS = objectColumn<VulnerabilityFinding>(
  {
    id: textColumn,
    kind: wordColumn(oneOf('vulnerability')),
    packageId: textColumn,
    advisoryId: textColumn,
    severity: wordColumn(severity),
    severityBy: wordColumn(text),
    matchedVersion: wordColumn(text),
    status: wordColumn(status),
    fixedVersions: wordLists,
    matchedBy: wordColumn(text),
    lacksRatingSource: dictionaryColumn(flag),
    pulledInBy: optionalColumn(textLists),
    ownedBy: dictionaryColumn(text),
    malicious: optionalColumn(wordColumn(MALICIOUS_VERSION)),
  },
  findingBuilder,
);

const RATINGS = listColumn(
  objectColumn<Rating>(
    {
      by: wordColumn(text),
      severity: wordColumn(severity),
      vector: dictionaryColumn(text),
      score: optionalColumn(numberColumn),
    },
    ratingBuilder,
  ),
);

const RANGES = listColumn(
  objectColumn<VersionRange>(
    {
      introduced: wordColumn(text),
      fixed: dictionaryColumn(text),
      lastAffected: dictionaryColumn(text),
      limit: dictionaryColumn(text),
    },
    rangeBuilder,
  ),
);

const AFFECTED_PACKAGES = listColumn(
  objectColumn<Affected>(
    {
      ecosystem: wordColumn(ecosystem),
      release: dictionaryColumn(text),
      name: wordColumn(text),
      ranges: RANGES,
      versions: textLists,
      status: wordColumn(status),
      ratings: RATINGS,
      qualifiers: dictionaryColumn(textMap),
    },
    affectedBuilder,
  ),
);

/** Advisories as columns; their ratings, packages and ranges are columns of their own. */
export const ADVISORIES = objectColumn<Advisory>(
  {
    id: textColumn,
    aliases: textLists,
    related: optionalColumn(textLists),
    summary: textColumn,
    details: optionalColumn(textColumn),
    ratings: RATINGS,
    affected: AFFECTED_PACKAGES,
    references: textLists,
    cwes: wordLists,
    exploited: dictionaryColumn(EXPLOITED),
    epss: optionalColumn(numberColumn),
    publishedAt: dictionaryColumn(text),
    modifiedAt: wordColumn(text),
    withdrawnAt: dictionaryColumn(text),
    feed: wordColumn(text),
  },
  advisoryBuilder,
);

/** An object whose fields are being set. */
type Filled<T> = { -readonly [K in keyof T]: T[K] };

function locationBuilder(values: FieldValues<Location>): (row: number) => Location {
  const { path, layer, line } = values;
  return (row) => {
    const place = { path: path[row], layer: layer[row] } as Filled<Location>;
    const itsLine = line[row];
    if (itsLine !== undefined) place.line = itsLine;
    return place;
  };
}

function packageBuilder(values: FieldValues<Package>): (row: number) => Package {
  const {
    id,
    ecosystem,
    name,
    version,
    qualifiers,
    presence,
    dependsOn,
    licenses,
    evidence,
    locations,
    digests,
    introducedIn,
    foundBy,
    source,
    scope,
    relationship,
    ownedBy,
    maintainer,
  } = values;
  return (row) => {
    const pkg = {
      id: id[row],
      ecosystem: ecosystem[row],
      name: name[row],
      version: version[row],
      qualifiers: qualifiers[row],
      presence: presence[row],
      dependsOn: dependsOn[row],
      licenses: licenses[row],
      evidence: evidence[row],
      locations: locations[row],
      digests: digests[row],
      introducedIn: introducedIn[row],
      foundBy: foundBy[row],
    } as Filled<Package>;
    const itsSource = source[row];
    if (itsSource !== undefined) pkg.source = itsSource;
    const itsScope = scope[row];
    if (itsScope !== undefined) pkg.scope = itsScope;
    const itsRelationship = relationship[row];
    if (itsRelationship !== undefined) pkg.relationship = itsRelationship;
    const itsOwnedBy = ownedBy[row];
    if (itsOwnedBy !== undefined) pkg.ownedBy = itsOwnedBy;
    const itsMaintainer = maintainer[row];
    if (itsMaintainer !== undefined) pkg.maintainer = itsMaintainer;
    return pkg;
  };
}

function findingBuilder(
  values: FieldValues<VulnerabilityFinding>,
): (row: number) => VulnerabilityFinding {
  const {
    id,
    kind,
    packageId,
    advisoryId,
    severity,
    severityBy,
    matchedVersion,
    status,
    fixedVersions,
    matchedBy,
    lacksRatingSource,
    pulledInBy,
    ownedBy,
    malicious,
  } = values;
  return (row) => {
    const finding = {
      id: id[row],
      kind: kind[row],
      packageId: packageId[row],
      advisoryId: advisoryId[row],
      severity: severity[row],
      severityBy: severityBy[row],
      matchedVersion: matchedVersion[row],
      status: status[row],
      fixedVersions: fixedVersions[row],
      matchedBy: matchedBy[row],
    } as Filled<VulnerabilityFinding>;
    const itsLack = lacksRatingSource[row];
    if (itsLack !== undefined) finding.lacksRatingSource = itsLack;
    const itsPulledInBy = pulledInBy[row];
    if (itsPulledInBy !== undefined) finding.pulledInBy = itsPulledInBy;
    const itsOwnedBy = ownedBy[row];
    if (itsOwnedBy !== undefined) finding.ownedBy = itsOwnedBy;
    const itsMalice = malicious[row];
    if (itsMalice !== undefined) finding.malicious = itsMalice;
    return finding;
  };
}

function ratingBuilder(values: FieldValues<Rating>): (row: number) => Rating {
  const { by, severity, vector, score } = values;
  return (row) => {
    const rating = { by: by[row], severity: severity[row] } as Filled<Rating>;
    const itsVector = vector[row];
    if (itsVector !== undefined) rating.vector = itsVector;
    const itsScore = score[row];
    if (itsScore !== undefined) rating.score = itsScore;
    return rating;
  };
}

function rangeBuilder(values: FieldValues<VersionRange>): (row: number) => VersionRange {
  const { introduced, fixed, lastAffected, limit } = values;
  return (row) => {
    const range = { introduced: introduced[row] } as Filled<VersionRange>;
    const itsFixed = fixed[row];
    if (itsFixed !== undefined) range.fixed = itsFixed;
    const itsLastAffected = lastAffected[row];
    if (itsLastAffected !== undefined) range.lastAffected = itsLastAffected;
    const itsLimit = limit[row];
    if (itsLimit !== undefined) range.limit = itsLimit;
    return range;
  };
}

function affectedBuilder(values: FieldValues<Affected>): (row: number) => Affected {
  const { ecosystem, name, ranges, versions, status, ratings, release, qualifiers } = values;
  return (row) => {
    const entry = {
      ecosystem: ecosystem[row],
      name: name[row],
      ranges: ranges[row],
      versions: versions[row],
      status: status[row],
      ratings: ratings[row],
    } as Filled<Affected>;
    const itsRelease = release[row];
    if (itsRelease !== undefined) entry.release = itsRelease;
    const itsQualifiers = qualifiers[row];
    if (itsQualifiers !== undefined) entry.qualifiers = itsQualifiers;
    return entry;
  };
}

function advisoryBuilder(values: FieldValues<Advisory>): (row: number) => Advisory {
  const {
    id,
    aliases,
    summary,
    ratings,
    affected,
    references,
    cwes,
    modifiedAt,
    feed,
    related,
    details,
    exploited,
    epss,
    publishedAt,
    withdrawnAt,
  } = values;
  return (row) => {
    const advisory = {
      id: id[row],
      aliases: aliases[row],
      summary: summary[row],
      ratings: ratings[row],
      affected: affected[row],
      references: references[row],
      cwes: cwes[row],
      modifiedAt: modifiedAt[row],
      feed: feed[row],
    } as Filled<Advisory>;
    const itsRelated = related[row];
    if (itsRelated !== undefined) advisory.related = itsRelated;
    const itsDetails = details[row];
    if (itsDetails !== undefined) advisory.details = itsDetails;
    const itsExploited = exploited[row];
    if (itsExploited !== undefined) advisory.exploited = itsExploited;
    const itsEpss = epss[row];
    if (itsEpss !== undefined) advisory.epss = itsEpss;
    const itsPublishedAt = publishedAt[row];
    if (itsPublishedAt !== undefined) advisory.publishedAt = itsPublishedAt;
    const itsWithdrawnAt = withdrawnAt[row];
    if (itsWithdrawnAt !== undefined) advisory.withdrawnAt = itsWithdrawnAt;
    return advisory;
  };
}
